namespace Grimoire.Functions.Http.OpenApi;

/// <summary>The part of <see cref="ApiSchemas"/> that is about notifications.</summary>
static class NotificationSchemas
{
    public const string Text = """
        {
          "Notify": {
            "description": "Who is told how the cast, or the cook, goes on: one, or up to 10.",
            "oneOf": [
              { "$ref": "#/components/schemas/CastSubscription" },
              { "type": "array", "maxItems": 10, "items": { "$ref": "#/components/schemas/CastSubscription" } }
            ]
          },
          "CastSubscription": {
            "type": "object",
            "additionalProperties": false,
            "required": ["url"],
            "properties": {
              "url": { "type": "string", "format": "uri", "maxLength": 2048 },
              "events": { "$ref": "#/components/schemas/EventPatterns" },
              "name": { "type": "string", "maxLength": 64 }
            }
          },
          "EventPatterns": {
            "type": "array",
            "minItems": 1,
            "items": { "type": "string" },
            "description": "Without it, how the cast ends, or with a cook how that ends.",
            "default": ["cast.completed", "cast.failed", "cast.cancelled"],
            "examples": [["cast.*", "step.failed", "approval.requested"], ["cook.*", "cast.failed"]]
          },
          "SubscriptionDocument": {
            "type": "object",
            "additionalProperties": false,
            "required": ["url"],
            "properties": {
              "url": { "type": "string", "format": "uri", "maxLength": 2048 },
              "events": { "$ref": "#/components/schemas/EventPatterns" },
              "secret": { "type": "string", "pattern": "^whsec_", "description": "Without it one is made." }
            }
          },
          "Subscription": {
            "type": "object",
            "required": ["name", "url", "events", "createdAt", "savedAt", "secretSince"],
            "properties": {
              "name": { "type": "string" },
              "url": { "type": "string" },
              "events": { "type": "array", "items": { "type": "string" } },
              "createdAt": { "type": "string", "format": "date-time" },
              "savedAt": { "type": "string", "format": "date-time" },
              "secretSince": { "type": "string", "format": "date-time" },
              "oldSecretsSignUntil": { "type": "string", "format": "date-time" },
              "disabledAt": { "type": "string", "format": "date-time" },
              "disabledBecause": { "type": "string" },
              "secret": { "type": "string", "description": "Only in the answer that tells that it is new." }
            }
          },
          "SubscriptionList": {
            "type": "object",
            "required": ["notifications"],
            "properties": { "notifications": { "type": "array", "items": { "$ref": "#/components/schemas/Subscription" } } }
          },
          "NewSecret": {
            "type": "object",
            "required": ["name", "secret"],
            "properties": {
              "name": { "type": "string" },
              "secret": { "type": "string" },
              "oldSecretsSignUntil": { "type": "string", "format": "date-time" }
            }
          }
        }
        """;
}
