// Long work in short pieces: the page answers to its visitor between them.
const LONGEST_MS = 6;

const pause = () => globalThis.scheduler?.yield?.() ?? new Promise((done) => { setTimeout(done); });

export class Pace {
  constructor() {
    this.began = performance.now();
  }

  /** Whether it is time to let others have their turn; ask this first, for waiting costs time. */
  get due() {
    return performance.now() - this.began > LONGEST_MS;
  }

  async rest() {
    await pause();
    this.began = performance.now();
  }
}

/** The items of a list, some at a time. */
export function* piecesOf(list, size) {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

const QUIET_MS = 3000;

/** When an element is nearly in sight, or the page has long been quiet: it may be printed, too. */
export function near(element) {
  return new Promise((done) => {
    const watch = new IntersectionObserver((seen) => {
      if (!seen.some(({ isIntersecting }) => isIntersecting)) return;
      watch.disconnect();
      done();
    }, { rootMargin: "400px" });
    watch.observe(element);
    const later = () => setTimeout(done, QUIET_MS);
    if (document.readyState === "complete") later();
    else addEventListener("load", later);
  });
}
