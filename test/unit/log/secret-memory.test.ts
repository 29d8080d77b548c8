import { expect, it } from "vitest";
import { createRedactor } from "../../../src/log/redact.ts";
import { createSecretMemory } from "../../../src/log/secret-memory.ts";

function createMemory() {
  const redactor = createRedactor();
  return { remember: createSecretMemory(redactor, 2), redact: redactor.redact };
}

it("masks a value and returns it", () => {
  const { remember, redact } = createMemory();
  expect(remember("secret-one")).toBe("secret-one");
  expect(redact("secret-one secret-two")).toBe("*** secret-two");
});

it("forgets the least recently given value", () => {
  const { remember, redact } = createMemory();
  for (const secret of ["secret-one", "secret-two", "secret-one", "secret-three"]) remember(secret);
  expect(redact("secret-one secret-two secret-three")).toBe("*** secret-two ***");
});

it("registers a value once, however often it is given", () => {
  const { remember, redact } = createMemory();
  for (let round = 0; round < 5; round += 1) remember("secret-one");
  for (const secret of ["secret-two", "secret-three"]) remember(secret);
  expect(redact("secret-one")).toBe("secret-one");
});
