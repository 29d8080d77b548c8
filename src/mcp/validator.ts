import type { JsonSchemaValidator, jsonSchemaValidator } from "@modelcontextprotocol/sdk/validation/types.js";

/**
 * Replaces the SDKs' own JSON Schema validators. A server uses one only for the answers to its questions, which `readConsent`
 * judges more strictly than a schema could, and loading ajv would take a fifth of every start. The build substitutes this module
 * for ajv under the names that the SDKs import (build.mjs).
 */
export class AcceptingValidator implements jsonSchemaValidator {
  getValidator<T>(): JsonSchemaValidator<T> {
    return (input) => ({ valid: true, data: input as T, errorMessage: undefined });
  }
}

export { default as process } from "node:process";
export { AcceptingValidator as AjvJsonSchemaValidator, AcceptingValidator as DefaultJsonSchemaValidator };
