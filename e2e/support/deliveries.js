// Deliveries of the invented district: two nights, and a third in which a school loses its classes.

import { cp, mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { firstbell } from './firstbell.js';

/** Of how many classes of the school one is left. */
const LEFT = 5;

/** Writes the folders `day1`, `day2` and `cut`; resolves to the name of the school that `cut` hurts. */
export async function invent(folder) {
    const play = join(folder, 'play');
    await mkdir(play);
    await firstbell(['demo', '--keep'], { env: { TMPDIR: play } });
    const [kept] = await readdir(play);
    for (const day of ['day1', 'day2']) await rename(join(play, kept, day), join(folder, day));
    await rm(play, { recursive: true });
    await cp(join(folder, 'day2'), join(folder, 'cut'), { recursive: true });
    return cutSchool(join(folder, 'cut'));
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
    const orgs = await lines(folder, 'orgs.csv');
    const [org, name] = ['sourcedId', 'name'].map((column) => orgs.column(column));
    return name(orgs.rows.find((row) => org(row) === largest));
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
    };
}

function plain(cell) {
    return cell.replace(/,$/, '').replace(/^"|"$/g, '').replaceAll('""', '"');
}
