import { expect, it } from "vitest";
import { isLoopback } from "../../../src/loopback.ts";

it.each([
  "localhost",
  "LocalHost",
  "127.0.0.1",
  "127.255.255.254",
  "::1",
  "[::1]",
])("%s is loopback", (host) => {
  expect(isLoopback(host)).toBe(true);
});

it.each([
  "",
  "0.0.0.0",
  "10.0.0.1",
  "128.0.0.1",
  "127.0.0.256",
  "127.0.0",
  "127.0.0.1.example",
  "127.example",
  "localhost.example",
  "::",
  "[::]",
  "[::1",
  "::2",
])("%j is not loopback", (host) => {
  expect(isLoopback(host)).toBe(false);
});
