// Tell how far a file is as the service tells it; without scripts the page loads itself again.
const place = document.getElementById("progress");
const words = document.getElementById("progress-words");
const TELL_EVERY_MS = 2000; // a reader of screens should not be flooded
let told = 0;

function say(job) {
  const text = job.status === "waiting" ? "Waiting for its turn"
    : job.rows_done ? `${job.rows_done.toLocaleString("en-GB")} rows checked so far` : "Being read";
  if (words.textContent.trim() !== text && Date.now() - told > TELL_EVERY_MS) {
    words.textContent = text;
    told = Date.now();
  }
}

if (place) {
  const events = new EventSource(place.dataset.events);
  events.addEventListener("progress", (event) => say(JSON.parse(event.data)));
  events.addEventListener("ended", () => {
    events.close();
    window.location.reload();
  });
  // Where events do not come through (some proxies hold them back), go on without them.
  window.setTimeout(() => { if (!told) { window.location.reload(); } }, 20000);
}
