namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The part of <see cref="ApiSchemas"/> that is about casts.</summary>
static class CastSchemas
{
    public const string Text = """
        {
          "CastOfSaved": {
            "type": "object",
            "additionalProperties": false,
            "properties": { "inputs": { "type": "object" }, "version": { "type": "integer", "minimum": 1 }, "budgetUsd": { "type": "number", "minimum": 0 }, "notify": { "$ref": "#/components/schemas/Notify" } }
          },
          "CastRequest": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "spell": { "type": "object", "description": "The spell itself. Its slug may be left out." },
              "slug": { "type": "string", "description": "The slug of a saved spell." },
              "version": { "type": "integer", "minimum": 1 },
              "inputs": { "type": "object" },
              "budgetUsd": { "type": "number", "minimum": 0 },
              "notify": { "$ref": "#/components/schemas/Notify" },
              "account": { "type": "string" }
            },
            "oneOf": [{ "required": ["spell"] }, { "required": ["slug"] }]
          },
          "Redrive": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "fromStep": { "type": "string", "description": "Without it: the step that failed." },
              "inputs": { "type": "object", "description": "Laid over those of the old cast; null takes one out." },
              "version": { "enum": ["original", "newest"], "default": "original" },
              "budgetUsd": { "type": "number", "minimum": 0 }
            }
          },
          "RedriveMany": {
            "type": "object",
            "additionalProperties": false,
            "properties": {
              "fromStep": { "type": "string" },
              "inputs": { "type": "object" },
              "version": { "enum": ["original", "newest"], "default": "original" },
              "budgetUsd": { "type": "number", "minimum": 0 },
              "dryRun": { "type": "boolean", "default": false, "description": "Only tells which casts it would be." }
            }
          },
          "Redriven": {
            "type": "object",
            "required": ["redriven", "refused"],
            "properties": {
              "redriven": {
                "type": "array",
                "items": { "type": "object", "required": ["castId"], "properties": { "castId": { "type": "string" }, "again": { "type": "string" }, "replayed": { "const": true } } }
              },
              "refused": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["castId", "code", "message"],
                  "properties": { "castId": { "type": "string" }, "code": { "type": "string" }, "message": { "type": "string" } }
                }
              },
              "continuation": { "type": "string" }
            }
          },
          "CastStarted": {
            "type": "object",
            "required": ["id", "castId", "statusQueryGetUri", "links"],
            "properties": {
              "id": { "type": "string" },
              "castId": { "type": "string" },
              "redriveOf": { "type": "string" },
              "statusQueryGetUri": { "type": "string" },
              "sendEventPostUri": { "type": "string" },
              "terminatePostUri": { "type": "string" },
              "suspendPostUri": { "type": "string" },
              "resumePostUri": { "type": "string" },
              "purgeHistoryDeleteUri": { "type": "string" },
              "links": { "$ref": "#/components/schemas/Links" }
            }
          },
          "Links": { "type": "object", "additionalProperties": { "type": "string" } },
          "ControlAccepted": {
            "type": "object",
            "properties": { "castId": { "type": "string" }, "action": { "enum": ["cancel", "pause", "resume"] }, "links": { "$ref": "#/components/schemas/Links" } }
          },
          "Reason": { "type": "object", "additionalProperties": false, "properties": { "reason": { "type": "string", "maxLength": 500 } } },
          "CastStatus": { "enum": ["pending", "running", "paused", "completed", "failed", "cancelled"] },
          "CastList": {
            "type": "object",
            "required": ["casts"],
            "properties": {
              "casts": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["id", "spell", "status", "createdAt", "updatedAt", "costUsd"],
                  "properties": {
                    "id": { "type": "string" },
                    "spell": { "type": "string" },
                    "spellVersion": { "type": "integer" },
                    "status": { "$ref": "#/components/schemas/CastStatus" },
                    "createdAt": { "type": "string", "format": "date-time" },
                    "updatedAt": { "type": "string", "format": "date-time" },
                    "steps": { "type": "string", "examples": ["2 of 5"] },
                    "running": {
                      "type": "array",
                      "items": {
                        "type": "object",
                        "required": ["id", "of", "attempt"],
                        "properties": {
                          "id": { "type": "string" },
                          "name": { "type": "string" },
                          "of": { "type": "string", "examples": ["3 of 5"] },
                          "attempt": { "type": "integer" },
                          "since": { "type": "string", "format": "date-time" },
                          "waitsFor": { "enum": ["time", "retry", "circuit", "job", "approval"] },
                          "waitsUntil": { "type": "string", "format": "date-time" }
                        }
                      }
                    },
                    "costUsd": { "type": "number" },
                    "error": { "type": "string" },
                    "code": { "type": "string" },
                    "needsReconciliation": { "type": "boolean" }
                  }
                }
              },
              "continuation": { "type": "string", "description": "There may be more, whether or not the page is full." }
            }
          },
          "ApprovalList": {
            "type": "object",
            "required": ["approvals"],
            "properties": {
              "approvals": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["castId", "castStatus", "step", "question", "since", "until"],
                  "properties": {
                    "castId": { "type": "string" },
                    "spell": { "type": "string" },
                    "spellVersion": { "type": "integer", "description": "Missing for a spell that came with the request." },
                    "castStatus": { "$ref": "#/components/schemas/CastStatus" },
                    "step": { "type": "string" },
                    "name": { "type": "string" },
                    "item": { "type": "integer", "description": "Of a step with forEach: the element that asks." },
                    "question": { "type": "string" },
                    "since": { "type": "string", "format": "date-time" },
                    "until": { "type": "string", "format": "date-time" }
                  }
                }
              },
              "continuation": { "type": "string" }
            }
          },
          "StalledList": {
            "type": "object",
            "required": ["minutes", "stalled"],
            "properties": {
              "minutes": { "type": "integer" },
              "stalled": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["castId", "castStatus", "since", "waitsFor"],
                  "properties": {
                    "castId": { "type": "string" },
                    "spell": { "type": "string" },
                    "spellVersion": { "type": "integer", "description": "Missing for a spell that came with the request." },
                    "castStatus": { "$ref": "#/components/schemas/CastStatus" },
                    "step": { "type": "string", "description": "Missing if no step runs." },
                    "name": { "type": "string" },
                    "of": { "type": "string", "examples": ["3 of 5"] },
                    "attempt": { "type": "integer" },
                    "since": { "type": "string", "format": "date-time" },
                    "waitsFor": { "enum": ["start", "attempt", "time", "retry", "circuit", "job", "approval", "nextStep"] },
                    "waitsUntil": { "type": "string", "format": "date-time" }
                  }
                }
              },
              "continuation": { "type": "string" }
            }
          },
          "Cast": {
            "type": "object",
            "required": ["id", "account", "spell", "status", "createdAt", "updatedAt", "inputs", "steps", "artifacts", "costUsd", "links"],
            "properties": {
              "id": { "type": "string" },
              "account": { "type": "string" },
              "spell": { "type": "string" },
              "spellVersion": { "type": "integer" },
              "goal": { "type": "string" },
              "status": { "$ref": "#/components/schemas/CastStatus" },
              "runtimeStatus": { "type": "string" },
              "createdAt": { "type": "string", "format": "date-time" },
              "startedAt": { "type": "string", "format": "date-time" },
              "endedAt": { "type": "string", "format": "date-time" },
              "updatedAt": { "type": "string", "format": "date-time" },
              "inputs": { "type": "object" },
              "output": {},
              "steps": { "type": "array", "items": { "type": "object" } },
              "artifacts": { "type": "array", "items": { "$ref": "#/components/schemas/Artifact" } },
              "artifactsRemovedAt": { "type": "string", "format": "date-time", "description": "Since when they are not kept any more." },
              "costUsd": { "type": "number" },
              "budgetUsd": { "type": "number" },
              "failure": { "$ref": "#/components/schemas/Failure" },
              "reason": { "type": "string" },
              "needsReconciliation": { "type": "boolean" },
              "parent": { "type": "object" },
              "platform": { "const": "cook" },
              "cook": { "type": "object", "required": ["cookId", "piece", "generation"] },
              "redriveOf": { "type": "string" },
              "now": { "type": "object" },
              "links": { "$ref": "#/components/schemas/Links" }
            }
          },
          "EventPage": {
            "type": "object",
            "required": ["events", "next", "ended"],
            "properties": {
              "events": {
                "type": "array",
                "items": {
                  "type": "object",
                  "required": ["seq", "id", "type", "at"],
                  "properties": {
                    "seq": { "type": "integer" },
                    "id": { "type": "string" },
                    "type": { "type": "string" },
                    "at": { "type": "string", "format": "date-time" },
                    "step": { "type": "string" },
                    "item": { "type": "integer" },
                    "attempt": { "type": "integer" },
                    "data": { "type": "object" }
                  }
                }
              },
              "next": { "type": "integer" },
              "ended": { "type": "boolean" }
            }
          },
          "StepList": { "type": "object", "required": ["steps"], "properties": { "steps": { "type": "array", "items": { "$ref": "#/components/schemas/Step" } } } },
          "Step": {
            "type": "object",
            "required": ["id", "status", "attempts"],
            "properties": {
              "id": { "type": "string" },
              "name": { "type": "string" },
              "tool": { "type": "string" },
              "spell": { "type": "string" },
              "status": { "enum": ["pending", "running", "caught", "completed", "skipped", "failed", "cancelled"] },
              "output": {},
              "costUsd": { "type": "number" },
              "failure": { "$ref": "#/components/schemas/Failure" },
              "attempts": { "type": "array", "items": { "$ref": "#/components/schemas/Attempt" } }
            }
          },
          "Attempt": {
            "type": "object",
            "required": ["id", "number", "latest", "status", "startedAt", "costUsd"],
            "properties": {
              "id": { "type": "string" },
              "item": { "type": "integer" },
              "number": { "type": "integer" },
              "latest": { "type": "boolean" },
              "tool": { "type": "string" },
              "subCast": { "type": "string", "description": "The cast that the attempt of a step with a spell is." },
              "status": { "enum": ["running", "succeeded", "failed", "lost", "cancelled"] },
              "startedAt": { "type": "string", "format": "date-time" },
              "endedAt": { "type": "string", "format": "date-time" },
              "input": {},
              "output": {},
              "failure": { "$ref": "#/components/schemas/Failure" },
              "costUsd": { "type": "number" },
              "usage": { "type": "array", "items": { "$ref": "#/components/schemas/Usage" } },
              "artifacts": { "type": "array", "items": { "$ref": "#/components/schemas/Artifact" } }
            }
          },
          "Usage": {
            "type": "object",
            "properties": {
              "model": { "type": "string" },
              "inputTokens": { "type": "integer" },
              "outputTokens": { "type": "integer" },
              "costUsd": { "type": "number" },
              "requestId": { "type": "string" }
            }
          },
          "ArtifactList": {
            "type": "object", "required": ["artifacts"], "properties": { "artifacts": { "type": "array", "items": { "$ref": "#/components/schemas/Artifact" } } }
          },
          "Artifact": {
            "type": "object",
            "required": ["artifact", "contentType", "bytes", "sha256", "castId", "step", "attempt", "url"],
            "properties": {
              "artifact": { "type": "string" },
              "contentType": { "type": "string" },
              "bytes": { "type": "integer" },
              "sha256": { "type": "string" },
              "castId": { "type": "string" },
              "step": { "type": "string" },
              "item": { "type": "integer" },
              "attempt": { "type": "integer" },
              "url": { "type": "string" }
            }
          }
        }
        """;
}
