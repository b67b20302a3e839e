// Deliveries of the invented district: two nights, a third in which two pupils are new and the row of
// one of them has a mistake, and the same third where a school loses its classes besides.

import { appendFile, cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { firstbell } from './firstbell.js';
import { zipFolder } from './zip.js';

/** Of how many classes of the school one is left. */
const LEFT = 5;

/** The new pupils: what stands in their rows, of which the role of the second is none. */
const PUPILS = [
    { sourcedId: '10999998', role: 'student', username: 'otto.marlowe', givenName: 'Otto' },
    { sourcedId: '10999999', role: 'wizard', username: 'juniper.marlowe', givenName: 'Juniper' },
];
const OF_BOTH = { enabledUser: 'true', familyName: 'Marlowe', grades: '01' };

/**
 * Writes the folders `day1`, `day2`, `cut` and `missing`, the last as `missing.zip` too. Resolves to the
 * name of the school that `cut` hurts, and to whom `missing` has and the roster will not.
 */
export async function invent(folder) {
    const play = join(folder, 'play');
    await mkdir(play);
    await firstbell(['demo', '--keep'], { env: { TMPDIR: play } });
    const [kept] = await readdir(play);
    for (const day of ['day1', 'day2']) await rename(join(play, kept, day), join(folder, day));
    await rm(play, { recursive: true });
    await cp(join(folder, 'day2'), join(folder, 'missing'), { recursive: true });
    const missing = await addPupils(join(folder, 'missing'));
    await cp(join(folder, 'missing'), join(folder, 'cut'), { recursive: true });
    const school = await cutSchool(join(folder, 'cut'));
    await zipFolder(join(folder, 'missing'), join(folder, 'missing.zip'));
    return { school, missing };
}

/** Adds the new pupils, who are to be in the first class, to a delivery. */
async function addPupils(folder) {
    const classes = await lines(folder, 'classes.csv');
    const of = (name) => classes.column(name)(classes.rows[0]);
    const [school, inClass, title] = [of('schoolSourcedId'), of('sourcedId'), of('title')];
    const users = await lines(folder, 'users.csv');
    const enrollments = await lines(folder, 'enrollments.csv');
    for (const pupil of PUPILS) {
        await users.add({ ...OF_BOTH, ...pupil, orgSourcedIds: school });
        await enrollments.add({
            sourcedId: `${inClass}_${pupil.sourcedId}`,
            classSourcedId: inClass,
            schoolSourcedId: school,
            userSourcedId: pupil.sourcedId,
            role: 'student',
        });
    }
    const [taken, missing] = PUPILS.map(({ givenName }) => `${givenName} ${OF_BOTH.familyName}`);
    return {
        name: missing,
        id: PUPILS[1].sourcedId,
        taken,
        inClass,
        title,
        // The header is the first line.
        line: 1 + users.rows.length + PUPILS.length,
    };
}

/** Takes most classes of the largest school out of a delivery. */
async function cutSchool(folder) {
    const classes = await lines(folder, 'classes.csv');
    const [id, school] = ['sourcedId', 'schoolSourcedId'].map((name) => classes.column(name));
    const sizes = new Map();
    for (const row of classes.rows) sizes.set(school(row), (sizes.get(school(row)) ?? 0) + 1);
    const [largest] = [...sizes].sort((one, other) => other[1] - one[1])[0];
    const gone = new Set(
        classes.rows.filter((row, at) => school(row) === largest && at % LEFT !== 0).map(id),
    );
    await classes.keep((row) => !gone.has(id(row)));
    const enrollments = await lines(folder, 'enrollments.csv');
    const of = enrollments.column('classSourcedId');
    await enrollments.keep((row) => !gone.has(of(row)));
    return nameOf(folder, largest);
}

/** What a school is called. */
async function nameOf(folder, school) {
    const orgs = await lines(folder, 'orgs.csv');
    const [id, name] = ['sourcedId', 'name'].map((column) => orgs.column(column));
    return name(orgs.rows.find((row) => id(row) === school));
}

/** The rows of a file that the generator wrote; it puts what has a comma between quotation marks. */
async function lines(folder, file) {
    const path = join(folder, file);
    const [head, ...texts] = (await readFile(path, 'utf8')).split(/\r?\n/).filter(Boolean);
    const cells = (text) => text.match(/("([^"]|"")*"|[^,]*)(,|$)/g).map(plain);
    const names = cells(head.replace(/^\uFEFF/, ''));
    return {
        rows: texts,
        column: (name) => {
            const at = names.indexOf(name);
            if (at < 0) throw new Error(`${file} has no column ${name}`);
            return (text) => cells(text)[at];
        },
        keep: (wanted) => writeFile(path, [head, ...texts.filter(wanted), ''].join('\n')),
        add: (row) => appendFile(path, `${names.map((name) => row[name] ?? '').join(',')}\r\n`),
    };
}

function plain(cell) {
    return cell.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"');
}
