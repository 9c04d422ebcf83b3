/** Something an operator must put right. Its message is written to be shown as it is: what is wrong, and what to do. */
export class OperatorProblem extends Error {
  override name = 'OperatorProblem'
}
