import { createRequire } from "node:module";
import { expect, it } from "vitest";
import { call, connect, json, startStub } from "./stub-tenant.ts";

const { cache } = createRequire(import.meta.url);
const isLoaded = () => Object.keys(cache).some((file) => file.includes("node_modules/undici/"));

it("loads undici and reads the secret on the first call, not before", async () => {
  let secretsRead = 0;
  const clientSecret = async () => {
    secretsRead += 1;
    return "plain-secret";
  };
  const stub = await startStub(json(200, { app: { id: "a10000000000000000000000000" } }));
  const clientId = "clever-fox@acme.conductor.one/spc";
  const { c1 } = connect(stub.url, { credential: { kind: "client_credentials", clientId, clientSecret } });
  const write = c1.apps.create({ displayName: "A" });
  expect([isLoaded(), secretsRead, stub.mints.length]).toEqual([false, 0, 0]);
  await write.send(call());
  expect([isLoaded(), secretsRead, stub.mints.length]).toEqual([true, 1, 1]);
  await c1.close();
  await stub.close();
});

it("closes without ever having been opened", async () => {
  await connect("http://127.0.0.1:9").c1.close();
});
