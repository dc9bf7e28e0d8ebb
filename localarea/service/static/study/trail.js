// Undo and redo: the states of a study in the order they were made, and where one stands.
// The browser's own history holds the same, so that its Back button undoes, too.

export class Trail {
  /** @param {string} query the state that the page was loaded with. */
  constructor(query) {
    this.states = [query];
    this.at = 0;
  }

  get now() {
    return this.states[this.at];
  }

  get canUndo() {
    return this.at > 0;
  }

  get canRedo() {
    return this.at < this.states.length - 1;
  }

  /** Add a state; what was undone before it is gone. A state that is the present one adds nothing. */
  add(query) {
    if (query === this.now) return false;
    this.states = [...this.states.slice(0, this.at + 1), query];
    this.at += 1;
    return true;
  }
}
