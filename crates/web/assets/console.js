// Live parts: what a page says of work that goes on comes by server-sent events, and the page is
// shown anew once that ended. Without this script every page has a link to look again.
"use strict";

document.querySelectorAll("[data-events]").forEach((place) => {
  const events = new EventSource(place.dataset.events);
  const progress = document.querySelector("[data-progress]");
  events.addEventListener("progress", (event) => {
    if (progress && progress.textContent !== event.data) progress.textContent = event.data;
  });
  events.addEventListener("end", async () => {
    events.close();
    const answer = await fetch(location.href, { headers: { accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const main = document.getElementById("content");
    const fresh = page.getElementById("content");
    if (!main || !fresh) return location.reload();
    main.replaceChildren(...fresh.childNodes);
    document.title = page.title;
    main.focus();
  });
});
