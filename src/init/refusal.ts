/** Why a client's configuration file is left unchanged: one sentence for a person. */
export class Refusal extends Error {
  override readonly name = "Refusal";
}

/** There is no entry for this server in the client's configuration file. */
export class NoEntry extends Refusal {}
