// The program under test: its commands, and its console as a process.

import { execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../..', import.meta.url));
const target = process.env.CARGO_TARGET_DIR ?? join(root, 'target');
const program = join(target, 'debug', 'firstbell');

/** How long the console may take to start or to end, in milliseconds. */
const PATIENCE = 20_000;

/** The variables of the environment, without those that lead to another installation. */
function environment(more) {
    const { FIRSTBELL_HOME, FIRSTBELL_DATABASE, FIRSTBELL_MASTER_KEY, ...rest } = process.env;
    return { ...rest, ...more };
}

/** Runs a command and resolves to its exit code; any but those expected is an error. */
export async function firstbell(words, { expected = [0], env = {} } = {}) {
    try {
        await promisify(execFile)(program, words, { env: environment(env), maxBuffer: 1 << 26 });
        return 0;
    } catch (error) {
        if (expected.includes(error.code)) return error.code;
        throw new Error(`firstbell ${words.join(' ')}: ${error.message}\n${error.stdout ?? ''}`);
    }
}

/** The consoles that are at work; whatever becomes of the tests, none stays behind. */
const running = new Set();
process.once('exit', () => running.forEach((console) => console.kill('SIGKILL')));

/** A console that answers on a free port of this machine. */
export class Console {
    #process;
    #ended;
    #talk = '';

    /** Starts the console of the installation in a folder, and waits until it says where it is. */
    static async start(home) {
        const served = new Console();
        const words = ['--json', '--home', home, 'serve', '--listen', '127.0.0.1:0'];
        served.#process = spawn(program, words, {
            env: environment({}),
            stdio: ['ignore', 'pipe', 'pipe'],
        });
        running.add(served.#process);
        served.#process.once('exit', () => running.delete(served.#process));
        served.#ended = new Promise((resolve) => {
            served.#process.once('error', resolve);
            served.#process.once('exit', (code, signal) => resolve(code ?? signal));
        });
        served.#process.stderr.setEncoding('utf8').on('data', (text) => (served.#talk += text));
        const told = await served.#told();
        /** Its address. */
        served.url = told.console;
        /** The link that makes the first operator; undefined once there is one. */
        served.link = told.operator_link;
        return served;
    }

    /** The object that it prints once it listens. */
    #told() {
        let text = '';
        const printed = new Promise((resolve) => {
            this.#process.stdout.setEncoding('utf8').on('data', (more) => {
                text += more;
                if (text.trimEnd().endsWith('}')) resolve(JSON.parse(text));
            });
        });
        const ended = this.#ended.then((how) => {
            throw new Error(`the console ended with ${how}: ${this.#talk}`);
        });
        return within(Promise.race([printed, ended]), 'the console does not say where it is');
    }

    /** Asks it to end and waits until it has; an error where it does not end well. */
    async stop() {
        this.#process.kill('SIGTERM');
        try {
            const how = await within(this.#ended, 'the console does not end');
            if (how !== 0) throw new Error(`the console ended with ${how}: ${this.#talk}`);
        } finally {
            this.#process.kill('SIGKILL');
        }
    }
}

async function within(promise, otherwise) {
    let timer;
    const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error(otherwise)), PATIENCE);
    });
    return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
