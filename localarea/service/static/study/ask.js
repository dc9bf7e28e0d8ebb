// What the server is asked: a state, and one move in it. Moves wait for one another, because each
// is made in the state that the one before it left.

/** Return a state as the API takes it, from the query of an address. */
export function bodyOf(query) {
  const held = new URLSearchParams(query);
  const body = { from: held.get("from") ?? "", in: held.getAll("in"), out: held.getAll("out") };
  for (const key of ["minutes", "share", "containment"]) {
    if (held.has(key)) body[key] = Number(held.get(key));
  }
  return body;
}

/** An answer that says what is wrong, in words for people. */
export class Refusal extends Error {
  /** `meant` has the names that may have been meant by one that is not known. */
  constructor(words, meant = []) {
    super(words);
    this.meant = meant;
  }
}

export class Server {
  constructor(address) {
    this.address = address;
    this.token = document.querySelector("meta[name=csrf-token]")?.content ?? "";
    this.line = Promise.resolve();
  }

  /** Ask once everything before it is answered; `body` may be worked out then. */
  ask(body) {
    const asked = this.line.then(() => this.#post(body()));
    this.line = asked.catch(() => {});
    return asked;
  }

  async #post(body) {
    const answer = await fetch(this.address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRF-Token": this.token },
      body: JSON.stringify(body),
    });
    const said = await answer.json().catch(() => ({}));
    if (answer.ok) return said;
    const meant = said.suggestions ?? said.candidates ?? [];
    const detail = said.detail ?? "The service did not answer. Try again.";
    throw new Refusal(detail.charAt(0).toUpperCase() + detail.slice(1), meant);
  }
}
