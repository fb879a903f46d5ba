using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Expressions;

namespace Grimoire.Functions.Tools;

/// <summary>What the templates of a tool's definition may refer to during one call: ${inputs}, ${attempt}, ${cast}, ${config:…}, ${secret:…}, ${callback}, ${job} and, after it, ${response}.</summary>
sealed class CallValues(ToolCall call, Secrets secrets) : IScope
{
    const string ConfigRoot = "config";
    const string SecretRoot = "secret";

    // Only what a template names is ever looked up.
    readonly JsonObject _config = [];
    readonly JsonObject _secrets = [];

    public JsonObject? Response { get; set; }

    public bool TryGet(string root, out JsonNode? value)
    {
        value = root switch
        {
            "inputs" => call.Input,
            "attempt" => new JsonObject
            {
                ["number"] = call.Attempt.Number,
                ["idempotencyKey"] = call.Attempt.IdempotencyKey,
                ["step"] = call.Attempt.Step,
                ["item"] = call.Attempt.Item,
            },
            "cast" => new JsonObject { ["id"] = call.Attempt.CastId, ["account"] = call.Account },
            "response" => Response,
            "callback" when call.CallbackUrl is { } url => new JsonObject { ["url"] = url },
            "job" when call.Job is { Record: var job } => new JsonObject { ["runId"] = job.RunId, ["start"] = job.Start?.DeepClone() },
            ConfigRoot => _config,
            SecretRoot => _secrets,
            _ => null,
        };
        return value is not null;
    }

    /// <param name="template">Of the definition.</param>
    /// <param name="place">What it is the template of: "request.url".</param>
    /// <param name="code">Of the failure if something that it refers to is missing.</param>
    public JsonNode? Evaluate(JsonNode? template, string place, string code)
    {
        if (template is null)
        {
            return null;
        }

        var errors = new List<TemplateError>();
        if (Template.Parse(template, errors) is not { } parsed)
        {
            throw ToolFailedException.Permanent(
                "tool.invalid",
                $"{place} of the tool '{call.Tool.Id}' is malformed: {errors[0].Message}",
                At(place, errors[0].Pointer),
                Phase.Bind);
        }

        Resolve(parsed);
        try
        {
            return parsed.Evaluate(this);
        }
        catch (ExpressionException missing)
        {
            throw ToolFailedException.Permanent(
                code,
                $"{place} of the tool '{call.Tool.Id}' cannot be evaluated: {missing.Message}",
                At(place, missing.Pointer),
                code == Codes.ResponseMapping ? Phase.Execute : Phase.Bind,
                missing);
        }
    }

    /// <summary>As text: of something that is no text, its JSON. Null for null.</summary>
    public string? EvaluateText(JsonNode? template, string place, string code) => TextOf(Evaluate(template, place, code));

    public static string? TextOf(JsonNode? value) => value switch
    {
        null => null,
        JsonValue text when text.GetValueKind() == JsonValueKind.String => text.GetValue<string>(),
        _ => value.ToJsonString(DomainJson.Options),
    };

    public static decimal? NumberOf(JsonNode? value) =>
        decimal.TryParse(TextOf(value), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : null;

    string Owner => call.Tool.WrittenBy ?? call.Account;

    void Resolve(Template template)
    {
        foreach (var reference in template.References)
        {
            if (reference is { Root: ConfigRoot, Path: [string config, ..] } && (!reference.Guarded || secrets.HasConfig(config)))
            {
                _config[config] = secrets.Config(config);
            }
            else if (reference is { Root: SecretRoot, Path: [string secret, ..] } && (!reference.Guarded || secrets.HasSecret(secret, Owner)))
            {
                _secrets[secret] = secrets.Secret(secret, Owner);
            }
        }
    }

    JsonObject At(string place, string pointer) => new() { ["tool"] = call.Tool.Id, ["pointer"] = $"/{place.Replace('.', '/')}{pointer}" };
}
