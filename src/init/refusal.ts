/** Why a client's configuration file is left as it is: one sentence for a person. Nothing was changed. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}
