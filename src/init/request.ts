import type { Paint } from "../text-lines.ts";
import type { ClientName } from "./clients.ts";
import type { FindOpenMode, GivenCredential, JudgeSecret } from "./credential.ts";
import type { Surroundings } from "./places.ts";

/** What `init` is asked to do. */
export interface InitRequest {
  readonly client: ClientName;
  readonly sandbox: boolean;
  readonly dryRun: boolean;
  readonly remove: boolean;
  /** Also replaces an entry that somebody edited, and removes one that `init` did not write. */
  readonly force: boolean;
  /** Absolute path of this program. */
  readonly script: string;
  readonly at: Surroundings;
  readonly given?: GivenCredential | undefined;
  /** Judges the secret in the file that the entry names. Passed in, because this module does not know the form of C1's secrets. */
  readonly judgeSecret?: JudgeSecret | undefined;
  /** The server's own check, so that `init` warns of every file that the server will warn of. */
  readonly findOpenMode?: FindOpenMode | undefined;
  readonly now: Date;
  /** Colours the difference. */
  readonly paint?: Paint | undefined;
  /** Width of the terminal, if there is one. */
  readonly columns?: number | undefined;
}
