namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The part of <see cref="ApiSchemas"/> that is about casts that have failed for good.</summary>
static class LetterSchemas
{
    public const string Text = """
        {
          "DeadLetter": {
            "type": "object",
            "required": ["castId", "account", "spell", "failure", "costUsd", "createdAt", "failedAt"],
            "properties": {
              "castId": { "type": "string" },
              "account": { "type": "string" },
              "spell": { "type": "string" },
              "spellVersion": { "type": "integer" },
              "failure": { "$ref": "#/components/schemas/Failure" },
              "costUsd": { "type": "number" },
              "createdAt": { "type": "string", "format": "date-time" },
              "failedAt": { "type": "string", "format": "date-time" },
              "cook": { "type": "object", "required": ["cookId", "piece", "generation"] },
              "redriveOf": { "type": "string" },
              "neverBegun": { "const": true, "description": "A piece whose cast could not be begun: there is no such cast." }
            }
          },
          "DeadLetterList": {
            "type": "object",
            "required": ["letters"],
            "properties": { "letters": { "type": "array", "items": { "$ref": "#/components/schemas/DeadLetter" } }, "continuation": { "type": "string" } }
          },
          "LetterFilter": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "spell": { "type": "string" },
              "cook": { "type": "string" },
              "failureCode": { "type": "string", "description": "Of the failure, or of one that has caused it." },
              "failedStep": { "type": "string" },
              "since": { "type": "string", "format": "date-time", "description": "Failed then or later." },
              "until": { "type": "string", "format": "date-time", "description": "Failed then or earlier." }
            }
          },
          "LetterCasts": { "type": "array", "minItems": 1, "maxItems": 200, "items": { "type": "string" } },
          "LettersRedrive": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "filter": { "$ref": "#/components/schemas/LetterFilter" },
              "casts": { "$ref": "#/components/schemas/LetterCasts" },
              "version": { "enum": ["original", "newest"], "default": "original" },
              "budgetUsd": { "type": "number", "minimum": 0 }
            },
            "oneOf": [{ "required": ["filter"] }, { "required": ["casts"] }]
          },
          "LettersDiscard": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "filter": { "$ref": "#/components/schemas/LetterFilter" },
              "casts": { "$ref": "#/components/schemas/LetterCasts" },
              "reason": { "type": "string", "maxLength": 500 }
            },
            "oneOf": [{ "required": ["filter"] }, { "required": ["casts"] }]
          },
          "LetterRefusals": {
            "type": "array",
            "items": {
              "type": "object",
              "required": ["castId", "code", "message"],
              "properties": { "castId": { "type": "string" }, "code": { "type": "string" }, "message": { "type": "string" } }
            }
          },
          "LettersRedriven": {
            "type": "object",
            "required": ["redriven", "refused", "remaining"],
            "properties": {
              "redriven": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["castId"],
                  "properties": {
                    "castId": { "type": "string" },
                    "again": { "type": "string", "description": "The new cast." },
                    "replayed": { "const": true, "description": "It was there already." },
                    "cookId": { "type": "string", "description": "The cook that casts the piece again." },
                    "generation": { "type": "integer" }
                  }
                }
              },
              "refused": { "$ref": "#/components/schemas/LetterRefusals" },
              "remaining": { "type": "integer", "description": "How many more the filter finds." },
              "more": { "const": true, "description": "It was not looked further: there may be more than that." },
              "continuation": { "type": "string" }
            }
          },
          "LettersDiscarded": {
            "type": "object",
            "required": ["discarded", "refused", "remaining"],
            "properties": {
              "discarded": { "type": "array", "items": { "type": "object", "required": ["castId"], "properties": { "castId": { "type": "string" } } } },
              "refused": { "$ref": "#/components/schemas/LetterRefusals" },
              "remaining": { "type": "integer", "description": "How many more the filter finds." },
              "more": { "const": true, "description": "It was not looked further: there may be more than that." },
              "continuation": { "type": "string" }
            }
          }
        }
        """;
}
