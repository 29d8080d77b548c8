import { once } from "node:events";
import { join } from "node:path";
import { createCredential } from "../src/sandbox/auth/credential.ts";
import { credentialsFor, type Exchange, type Observatory } from "./observe.ts";
import { onLines, start } from "./processes.ts";

/** A call to measure, and its requests to the API. */
export interface Case {
  readonly tool: string;
  argsOf(index: number): object;
  readonly exchanges: readonly Exchange[];
}

/** A process that answers these requests. */
export interface Upstream {
  readonly url: string;
  readonly pid: number;
  /** The environment variables by which a server uses it. */
  readonly env: Readonly<Record<string, string>>;
  /** Number of requests received, without those for tokens. */
  count(): Promise<number>;
  end(): Promise<void>;
}

/** Observes a look-up, which is one request, and a write, which is a look-up and a create. */
export async function observeCases(observatory: Observatory): Promise<{ read: Case; write: Case }> {
  const readArgs = () => ({ query: "wiki" });
  const writeArgs = (index: number) => ({ displayName: `Bench ${index}`, ifExists: "create" });
  const read = await observatory.call("find_apps", readArgs());
  const write = await observatory.call("create_app", writeArgs(0));
  return {
    read: { tool: "find_apps", argsOf: readArgs, exchanges: read.exchanges },
    write: { tool: "create_app", argsOf: writeArgs, exchanges: write.exchanges },
  };
}

export async function startUpstream({ exchanges }: Case): Promise<Upstream> {
  const answers = Object.fromEntries(
    exchanges.map(({ method, path, answer }) => [`${method} ${path}`, answer] as const),
  );
  if (Object.keys(answers).length !== exchanges.length)
    throw new Error("two requests of one call are the same: the stub cannot tell them apart");
  const stub = start([process.execPath, join(process.cwd(), "bench", "stub.mjs")]);
  const url = new Promise<string>((resolve) => {
    onLines(stub.child.stdout, (line) => resolve((JSON.parse(line) as { url: string }).url));
  });
  stub.child.stdin.write(`${JSON.stringify(answers)}\n`);
  const address = await Promise.race([url, once(stub.child, "exit").then(() => "")]);
  if (address === "") throw new Error(`the stub ended:\n${stub.stderr.join("\n")}`);
  return {
    url: address,
    pid: stub.pid,
    env: credentialsFor({ ...createCredential(new URL(address).host), serverUrl: address }),
    async count() {
      const counts = (await (await fetch(`${address}/counts`)).json()) as Record<string, number>;
      return Object.entries(counts).reduce((sum, [key, n]) => (key.includes("/auth/") ? sum : sum + n), 0);
    },
    end: () => stub.end(),
  };
}
