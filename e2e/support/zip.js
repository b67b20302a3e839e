// A zip of a folder's files, as a school system would send it; nothing in it is compressed.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What each part of a zip begins with. */
const FILE = 0x04034b50;
const ENTRY = 0x02014b50;
const END = 0x06054b50;

/** The version that a reader needs, and the first day that a zip can name. */
const VERSION = 20;
const FIRST_DAY = 0x21;

/** Writes the files of a folder into one zip. */
export async function zipFolder(folder, path) {
    const [files, entries] = [[], []];
    let at = 0;
    for (const name of (await readdir(folder)).sort()) {
        const bytes = await readFile(join(folder, name));
        const about = aboutFile(name, bytes);
        const file = Buffer.concat([numbers([4, FILE]), about, Buffer.from(name), bytes]);
        const place = numbers([2, 0], [2, 0], [2, 0], [4, 0], [4, at]);
        const entry = [numbers([4, ENTRY], [2, VERSION]), about, place, Buffer.from(name)];
        files.push(file);
        entries.push(Buffer.concat(entry));
        at += file.length;
    }
    const [directory, count] = [Buffer.concat(entries), entries.length];
    const sizes = [[2, count], [2, count], [4, directory.length], [4, at], [2, 0]];
    const end = numbers([4, END], [2, 0], [2, 0], ...sizes);
    await writeFile(path, Buffer.concat([...files, directory, end]));
}

/** What a file's own head and its entry in the directory both say. */
function aboutFile(name, bytes) {
    const head = [[2, VERSION], [2, 0], [2, 0], [2, 0], [2, FIRST_DAY], [4, checksum(bytes)]];
    const sizes = [[4, bytes.length], [4, bytes.length], [2, Buffer.byteLength(name)], [2, 0]];
    return numbers(...head, ...sizes);
}

/** Numbers of two or four bytes, the lowest first. */
function numbers(...all) {
    return Buffer.concat(
        all.map(([size, value]) => {
            const bytes = Buffer.alloc(size);
            bytes.writeUIntLE(value, 0, size);
            return bytes;
        }),
    );
}

/** CRC-32 of each byte, as PKWARE's note on the format of zips has it. */
const OF_BYTES = Array.from({ length: 256 }, (_, byte) => {
    let sum = byte;
    for (let bit = 0; bit < 8; bit += 1) sum = sum & 1 ? (sum >>> 1) ^ 0xedb88320 : sum >>> 1;
    return sum >>> 0;
});

function checksum(bytes) {
    let sum = 0xffffffff;
    for (const byte of bytes) sum = OF_BYTES[(sum ^ byte) & 0xff] ^ (sum >>> 8);
    return (sum ^ 0xffffffff) >>> 0;
}
