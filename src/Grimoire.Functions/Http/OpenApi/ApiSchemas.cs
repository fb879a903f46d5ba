using System.Text.Json.Nodes;

namespace Grimoire.Functions.Http.OpenApi;

/// <summary>What goes into the API and comes out of it, as JSON Schema; spells and tools have schemas of their own.</summary>
static class ApiSchemas
{
    public static JsonObject ToJson()
    {
        var schemas = JsonNode.Parse(Text)!.AsObject();
        foreach (var text in (string[])[CastSchemas.Text, RunSchemas.Text, NotificationSchemas.Text, CookSchemas.Text, LetterSchemas.Text, RetentionSchemas.Text, AccountSchemas.Text])
        {
            foreach (var (name, schema) in JsonNode.Parse(text)!.AsObject())
            {
                schemas[name] = schema!.DeepClone();
            }
        }

        return schemas;
    }

    const string Text = """
        {
          "AnyObject": { "type": "object" },
          "AnyJson": {},
          "Recovery": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "action": { "enum": ["resume", "fail"], "default": "resume" },
              "reason": { "type": ["string", "null"], "maxLength": 500 }
            }
          },
          "Recovered": {
            "type": "object",
            "required": ["castId", "action", "done"],
            "properties": {
              "castId": { "type": "string" },
              "action": { "enum": ["resume", "fail"] },
              "done": { "enum": ["restarted", "resumed", "woken", "nothing", "failed"] }
            }
          },
          "ApprovalAnswer": {
            "type": "object",
            "required": ["approved", "by"],
            "additionalProperties": false,
            "properties": {
              "approved": { "type": "boolean" },
              "by": { "type": "string", "maxLength": 200, "description": "Who answers." },
              "comment": { "type": ["string", "null"], "maxLength": 4000 },
              "item": { "type": ["integer", "null"], "minimum": 0, "description": "Of a step with forEach: which element." }
            }
          },
          "ApprovalTaken": {
            "type": "object",
            "required": ["castId", "step", "answer"],
            "properties": { "castId": { "type": "string" }, "step": { "type": "string" }, "item": { "type": "integer" }, "answer": { "type": "object" } }
          },
          "CallbackTaken": { "type": "object", "required": ["outcome"], "properties": { "outcome": { "enum": ["accepted", "duplicate", "late", "early"] } } },
          "JsonSchema": { "type": "object" },
          "Status": { "type": "object", "required": ["status"], "properties": { "status": { "const": "ok" } } },
          "Health": {
            "type": "object",
            "required": ["status", "dependencies"],
            "properties": {
              "status": { "enum": ["ok", "degraded", "down"] },
              "dependencies": { "type": "object", "additionalProperties": { "$ref": "#/components/schemas/Dependency" } }
            }
          },
          "Dependency": {
            "type": "object",
            "required": ["status", "ms"],
            "properties": { "status": { "enum": ["ok", "degraded", "down"] }, "ms": { "type": "integer" }, "error": { "type": "string" }, "details": { "description": "What there is to say of it; docs/operating.md." } }
          },
          "Problem": {
            "type": "object",
            "required": ["type", "title", "status", "detail", "code"],
            "properties": {
              "type": { "type": "string" },
              "title": { "type": "string" },
              "status": { "type": "integer" },
              "detail": { "type": "string" },
              "code": { "type": "string", "description": "Stable; listed in docs/http.md." },
              "traceId": { "type": "string" },
              "errors": { "type": "array", "items": { "$ref": "#/components/schemas/Finding" } }
            }
          },
          "Finding": {
            "type": "object",
            "required": ["pointer", "code", "message"],
            "properties": {
              "pointer": { "type": "string", "description": "A JSON pointer into the body." },
              "code": { "type": "string" },
              "message": { "type": "string" },
              "line": { "type": "integer" },
              "column": { "type": "integer" }
            }
          },
          "Failure": {
            "type": "object",
            "required": ["code", "message", "phase", "transient"],
            "properties": {
              "code": { "type": "string" },
              "message": { "type": "string" },
              "phase": { "enum": ["validate", "bind", "execute", "store", "complete"] },
              "transient": { "type": "boolean" },
              "step": { "type": "string" },
              "item": { "type": "integer" },
              "attempt": { "type": "integer" },
              "tool": { "type": "string" },
              "retryAfter": { "type": "string", "format": "duration" },
              "details": { "type": "object" },
              "cause": { "$ref": "#/components/schemas/Failure" }
            }
          },
          "Whoami": {
            "type": "object",
            "required": ["account", "role", "operator", "keys", "version"],
            "properties": {
              "account": { "type": "string" },
              "role": { "enum": ["viewer", "caster", "admin"] },
              "operator": { "type": "boolean", "description": "It may do everything in every account." },
              "key": {
                "description": "Left out where no keys are asked for.",
                "type": "object",
                "required": ["id", "name"],
                "properties": { "id": { "type": "string" }, "name": { "type": "string" } }
              },
              "keys": { "enum": ["required", "off"] },
              "version": { "type": "string", "description": "Of the app." }
            }
          },
          "SavedSpell": {
            "type": "object",
            "required": ["slug", "version", "savedAt", "warnings"],
            "properties": {
              "slug": { "type": "string" },
              "version": { "type": "integer" },
              "savedAt": { "type": "string", "format": "date-time" },
              "warnings": { "type": "array", "items": { "$ref": "#/components/schemas/Finding" } }
            }
          },
          "SpellVersion": {
            "type": "object",
            "required": ["slug", "version", "savedAt", "document"],
            "properties": {
              "slug": { "type": "string" },
              "version": { "type": "integer" },
              "savedAt": { "type": "string", "format": "date-time" },
              "document": { "$ref": "#/components/schemas/SpellDocument" }
            }
          },
          "SpellList": {
            "type": "object",
            "required": ["spells"],
            "properties": {
              "spells": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["slug", "version", "savedAt"],
                  "properties": {
                    "slug": { "type": "string" },
                    "name": { "type": "string" },
                    "description": { "type": "string" },
                    "version": { "type": "integer" },
                    "savedAt": { "type": "string", "format": "date-time" }
                  }
                }
              },
              "continuation": { "type": "string" }
            }
          },
          "VersionList": {
            "type": "object",
            "required": ["versions"],
            "properties": {
              "versions": {
                "type": "array",
                "items": { "type": "object", "properties": { "version": { "type": "integer" }, "savedAt": { "type": "string", "format": "date-time" } } }
              }
            }
          },
          "ValidationRequest": {
            "description": "The document of a spell; or the document under 'spell', with sample inputs.",
            "anyOf": [
              { "$ref": "#/components/schemas/SpellDocument" },
              { "type": "object", "required": ["spell"], "properties": { "spell": { "type": "object" }, "inputs": { "type": "object" } } }
            ]
          },
          "Validation": {
            "type": "object",
            "required": ["valid", "errors", "warnings"],
            "properties": {
              "valid": { "type": "boolean" },
              "errors": { "type": "array", "items": { "$ref": "#/components/schemas/Finding" } },
              "warnings": { "type": "array", "items": { "$ref": "#/components/schemas/Finding" } },
              "dryRun": { "type": "object" },
              "graph": {
                "description": "The steps and what connects them; left out if the form of the document is wrong.",
                "type": "object",
                "required": ["order", "steps"],
                "properties": {
                  "order": { "enum": ["sequence", "graph"] },
                  "steps": {
                    "type": "array",
                    "items": {
                      "type": "object",
                      "required": ["id", "after", "uses", "onFailure", "isConditional", "isForEach", "isHandler"],
                      "properties": {
                        "id": { "type": "string" },
                        "name": { "type": "string" },
                        "tool": { "type": "string" },
                        "spell": { "type": "string" },
                        "after": { "type": "array", "items": { "type": "string" }, "description": "Steps that have to be settled before it starts." },
                        "uses": { "type": "array", "items": { "type": "string" }, "description": "Steps whose results it refers to." },
                        "onFailure": { "type": "array", "items": { "type": "string" }, "description": "Steps that run in its place if it fails." },
                        "isConditional": { "type": "boolean" },
                        "isForEach": { "type": "boolean" },
                        "isHandler": { "type": "boolean", "description": "It runs only in place of one that has failed." }
                      }
                    }
                  }
                }
              }
            }
          }
        }
        """;
}
