-- What differs between two deliveries, and which references of the later one lead nowhere.
--
-- The variables `yesterday` and `today` hold the folders. Rows are compared as a whole, over all
-- columns, by a 64-bit hash: of the forms tried, this is the one that costs this engine least
-- (comparing rows as structs costs a fifth more, column by column two thirds more).

CREATE TEMP MACRO delivery(day, file) AS TABLE
    FROM read_csv(
        getvariable(day) || '/' || file || '.csv',
        header = true, all_varchar = true, delim = ',', quote = '"', escape = '"'
    );

CREATE TEMP MACRO difference(file) AS TABLE
    SELECT
        file AS kind,
        count(*) FILTER (WHERE before.sourcedId IS NULL) AS created,
        count(*) FILTER (WHERE before.content <> after.content) AS updated,
        count(*) FILTER (WHERE after.sourcedId IS NULL) AS ended,
        count(*) FILTER (WHERE before.content = after.content) AS unchanged
    FROM (SELECT sourcedId, hash(line) AS content FROM delivery('yesterday', file) AS line) AS before
    FULL OUTER JOIN (SELECT sourcedId, hash(line) AS content FROM delivery('today', file) AS line) AS after
        ON before.sourcedId = after.sourcedId;

FROM difference('users');

FROM difference('classes');

FROM difference('enrollments');

SELECT 'enrollments to classes' AS reference, count(*) AS dangling
FROM delivery('today', 'enrollments') AS enrollment
ANTI JOIN delivery('today', 'classes') AS class ON enrollment.classSourcedId = class.sourcedId;

SELECT 'enrollments to users' AS reference, count(*) AS dangling
FROM delivery('today', 'enrollments') AS enrollment
ANTI JOIN delivery('today', 'users') AS person ON enrollment.userSourcedId = person.sourcedId;

SELECT 'classes to schools' AS reference, count(*) AS dangling
FROM delivery('today', 'classes') AS class
ANTI JOIN delivery('today', 'orgs') AS school ON class.schoolSourcedId = school.sourcedId;
