// What a client says to its developer, which the tests hold to be nothing.

/** Notes what is said from now on as a warning or an error; gives the list of it. */
export function listen() {
  const said = [];
  for (const level of ['warn', 'error']) {
    const say = console[level];
    console[level] = (...words) => {
      said.push(words.join(' '));
      say(...words);
    };
  }
  return said;
}
