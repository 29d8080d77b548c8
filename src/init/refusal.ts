/** Why a client's configuration file is left unchanged: one sentence for a person. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
