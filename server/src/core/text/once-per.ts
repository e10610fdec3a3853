/**
 * A function that works out its answer once for each object that it is asked of: what every rule asks of a file, or a
 * file of each of its services, costs one walk and not one for each question. Models are frozen, so answers stay true.
 */
export function oncePer<Subject extends object, Answer>(
  answer: (subject: Subject) => Answer,
): (subject: Subject) => Answer {
  const known = new WeakMap<Subject, { readonly answer: Answer }>();
  return subject => {
    const remembered = known.get(subject) ?? { answer: answer(subject) };
    known.set(subject, remembered);
    return remembered.answer;
  };
}
