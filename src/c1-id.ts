/** A C1 object id. C1 quotes this very pattern when it rejects a malformed id (seen live by the authors of c1i, C1's command line for agents). */
export const ID = /^[a-zA-Z0-9]{27}$/;
