//! Who may do what: decided here alone, from the roles of whoever asks.

use firstbell_roster::model::DistrictId;
pub use firstbell_sync::access::Scope;
use firstbell_sync::access::{Assignment, Profile, Role};

/// What a route asks of whoever wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asks {
    /// Nothing.
    Nothing,
    /// To be signed in.
    SignedIn,
    /// To be an operator of the installation.
    Operator,
    /// A right on the district that the path names.
    District(Right),
    /// The same, with a form too long to be looked at first: whoever reads it finds its token.
    Upload(Right),
}

/// What somebody may do in a district.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// To see how the district and its schools are, in numbers.
    See,
    /// To see people, classes and records with their values.
    SeePeople,
    /// To approve and drop plans, and to take operations back.
    Decide,
    /// To invite others, and to end their access.
    Invite,
    /// To let a vendor's support in.
    GrantSupport,
}

/// What was decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// It is allowed for this part.
    Allowed(Scope),
    /// They know the district, and may not do this there.
    Forbidden,
    /// They know of no such district.
    Unknown,
}

/// What a district says of those who run the installation for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Openness {
    /// It lets support in now.
    pub support: bool,
    /// Somebody answers for it: an administrator of its own who has signed in.
    pub led: bool,
}

/// The roles of somebody, in an installation of some profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Roles {
    /// Who runs the installation.
    pub profile: Profile,
    /// Their roles.
    pub assignments: Vec<Assignment>,
}

impl Roles {
    /// Whether they run the installation.
    pub fn is_operator(&self) -> bool {
        self.assignments.iter().any(|one| one.role == Role::Operator && one.district.is_none())
    }

    /// Whether a district is known to them.
    pub fn know(&self, district: DistrictId) -> bool {
        self.is_operator() || self.assignments.iter().any(|one| one.district == Some(district))
    }

    /// Whether they may use a right in a district.
    pub fn decide(&self, district: DistrictId, right: Right, open: Openness) -> Decision {
        let here = self.assignments.iter().filter(|one| one.district == Some(district));
        let own = here.filter_map(|one| of_role(one, right));
        let run = Some(Scope::All)
            .filter(|_| self.is_operator() && of_operator(self.profile, right, open));
        match own.chain(run).reduce(Scope::and) {
            Some(scope) => Decision::Allowed(scope),
            None if self.know(district) => Decision::Forbidden,
            None => Decision::Unknown,
        }
    }
}

/// The part of its district for which a role has a right.
fn of_role(assignment: &Assignment, right: Right) -> Option<Scope> {
    let looks = matches!(right, Right::See | Right::SeePeople);
    let place = assignment.school.map_or(Scope::All, |school| Scope::Schools([school].into()));
    match assignment.role {
        Role::DistrictAdministrator => Some(Scope::All),
        Role::SchoolAdministrator => (looks && assignment.school.is_some()).then_some(place),
        Role::Viewer => looks.then_some(place),
        Role::Operator => None,
    }
}

/// Whether an operator has a right in every district. A vendor's support sees how districts are, and
/// can invite whoever is to answer for one for which nobody does; their people are theirs until they
/// let it in.
fn of_operator(profile: Profile, right: Right, open: Openness) -> bool {
    match (profile, right) {
        (Profile::District, _) | (Profile::Vendor, Right::See) => true,
        (Profile::Vendor, Right::SeePeople | Right::Decide) => open.support,
        (Profile::Vendor, Right::Invite) => !open.led,
        (Profile::Vendor, Right::GrantSupport) => false,
    }
}

#[cfg(test)]
mod tests {
    use firstbell_roster::model::SubjectId;

    use super::*;

    const OAK: DistrictId = DistrictId(1);
    const ELM: DistrictId = DistrictId(2);
    const NORTH: SubjectId = SubjectId(7);
    const SHUT: Openness = Openness { support: false, led: true };
    const OPEN: Openness = Openness { support: true, led: true };

    fn roles(
        profile: Profile,
        role: Role,
        district: Option<DistrictId>,
        school: Option<SubjectId>,
    ) -> Roles {
        Roles { profile, assignments: vec![Assignment { district, school, role }] }
    }

    fn north() -> Decision {
        Decision::Allowed(Scope::Schools([NORTH].into()))
    }

    #[test]
    fn a_district_administrator_does_all_in_their_district_alone() {
        let ana = roles(Profile::District, Role::DistrictAdministrator, Some(OAK), None);
        for right in
            [Right::See, Right::SeePeople, Right::Decide, Right::Invite, Right::GrantSupport]
        {
            assert_eq!(ana.decide(OAK, right, SHUT), Decision::Allowed(Scope::All));
            assert_eq!(ana.decide(ELM, right, OPEN), Decision::Unknown);
        }
        assert!(!ana.is_operator());
    }

    #[test]
    fn who_answers_for_a_school_sees_that_school() {
        for role in [Role::SchoolAdministrator, Role::Viewer] {
            let ben = roles(Profile::Vendor, role, Some(OAK), Some(NORTH));
            assert_eq!(ben.decide(OAK, Right::SeePeople, SHUT), north());
            assert_eq!(ben.decide(OAK, Right::Invite, OPEN), Decision::Forbidden);
            assert_eq!(ben.decide(OAK, Right::Decide, OPEN), Decision::Forbidden);
        }
        let all = roles(Profile::District, Role::Viewer, Some(OAK), None);
        assert_eq!(all.decide(OAK, Right::See, SHUT), Decision::Allowed(Scope::All));
        let nowhere = roles(Profile::District, Role::SchoolAdministrator, Some(OAK), None);
        assert_eq!(nowhere.decide(OAK, Right::See, SHUT), Decision::Forbidden);
    }

    #[test]
    fn two_roles_are_as_much_as_both() {
        let mut ben = roles(Profile::District, Role::Viewer, Some(OAK), Some(NORTH));
        ben.assignments.push(Assignment {
            district: Some(OAK),
            school: Some(SubjectId(8)),
            role: Role::SchoolAdministrator,
        });
        let both = Scope::Schools([NORTH, SubjectId(8)].into());
        assert_eq!(ben.decide(OAK, Right::See, SHUT), Decision::Allowed(both.clone()));
        assert!(both.has(Some(NORTH)) && !both.has(Some(SubjectId(9))) && !both.has(None));
    }

    #[test]
    fn a_vendor_s_support_sees_people_once_the_district_lets_it() {
        let own = roles(Profile::District, Role::Operator, None, None);
        let vendor = roles(Profile::Vendor, Role::Operator, None, None);
        let all = Decision::Allowed(Scope::All);
        assert_eq!(own.decide(OAK, Right::SeePeople, SHUT), all);
        assert_eq!(vendor.decide(OAK, Right::See, SHUT), all);
        assert_eq!(vendor.decide(OAK, Right::SeePeople, SHUT), Decision::Forbidden);
        assert_eq!(vendor.decide(OAK, Right::SeePeople, OPEN), all);
        assert_eq!(vendor.decide(OAK, Right::GrantSupport, OPEN), Decision::Forbidden);
        // Otherwise support could let itself in by an account of its own.
        assert_eq!(vendor.decide(OAK, Right::Invite, OPEN), Decision::Forbidden);
        assert_eq!(vendor.decide(OAK, Right::Invite, Openness::default()), all);
        // A role of operator in one district runs nothing.
        let odd = roles(Profile::District, Role::Operator, Some(OAK), None);
        assert_eq!(odd.decide(OAK, Right::See, SHUT), Decision::Forbidden);
        assert_eq!(odd.decide(ELM, Right::See, SHUT), Decision::Unknown);
    }
}
