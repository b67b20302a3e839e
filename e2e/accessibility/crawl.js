// Where the pages of a console lead to: by links, and by forms that only ask.

/** How many pages of each route are visited. */
const OF_EACH = 3;

/** What is written into fields for a search. */
const SOUGHT = 'an';

/** Visits every page that somebody comes to from the first one; each is shown to `look`. */
export async function crawl(page, look) {
    const [waiting, known, visits] = [['/'], new Set(['/']), new Map()];
    const seen = [];
    while (waiting.length > 0) {
        const path = waiting.shift();
        const route = routeOf(path);
        const visit = (visits.get(route) ?? 0) + 1;
        visits.set(route, visit);
        if (visit > OF_EACH) continue;
        const answer = await visited(page, path);
        if (!answer) continue;
        seen.push(path);
        await look(path, answer);
        for (const next of (await ways(page)).filter((way) => !known.has(way))) {
            known.add(next);
            waiting.push(next);
        }
    }
    return seen;
}

/** The answer to a visit; nothing where a file is sent to be kept. */
async function visited(page, path) {
    try {
        const answer = await page.goto(path);
        const type = answer.headers()['content-type'] ?? '';
        return type.startsWith('text/html') ? answer : undefined;
    } catch (error) {
        if (/download/i.test(error.message)) return undefined;
        throw new Error(`${path}: ${error.message}`);
    }
}

/** A path without the numbers and words in which pages of one route differ. */
function routeOf(path) {
    const { pathname, searchParams } = new URL(path, 'http://console');
    const route = pathname
        .replace(/^\/districts\/[^/]+/, '/districts/{district}')
        .replaceAll(/\/[0-9]+(?=\/|$)/g, '/{number}');
    const asked = [...new Set(searchParams.keys())].sort();
    return [route, ...asked].join(' ');
}

/** Where the page leads to on this console. */
async function ways(page) {
    const all = await page.evaluate((sought) => {
        const links = [...document.querySelectorAll('a[href]')].map((link) => link.href);
        const forms = [...document.forms].filter((form) => form.method === 'get');
        return links.concat(forms.flatMap((form) => [asked(form, ''), asked(form, sought)]));

        function asked(form, text) {
            const address = new URL(form.action);
            const sent = new FormData(form);
            for (const { name, type } of form.elements) {
                if (text && name && ['search', 'text'].includes(type)) sent.set(name, text);
            }
            address.search = new URLSearchParams(sent).toString();
            return address.href;
        }
    }, SOUGHT);
    const here = new URL(page.url()).origin;
    const own = all.map((address) => new URL(address)).filter(({ origin }) => origin === here);
    return [...new Set(own.map(({ pathname, search }) => pathname + search))];
}
