using System.Text.Json.Nodes;
using Grimoire.Tools;

namespace Grimoire.Functions.Tools.Models;

/// <summary>The settings of a tool with its secrets and configuration values put in: of one call, kept nowhere.</summary>
sealed record ModelSettings(
    Uri Endpoint,
    string? ApiKey,
    IReadOnlyList<string> Models,
    string? System,
    float? Temperature,
    int? MaxOutputTokens,
    LlmSettings Source)
{
    public static ModelSettings Of(ToolCall call, CallValues values)
    {
        var source = call.Tool.Llm ?? throw ToolFailedException.Permanent(
            "tool.invalid", $"The tool '{call.Tool.Id}' is of kind {call.Tool.Kind} and has no llm.");
        string? Text(string? template, string place) => template is null ? null : values.EvaluateText(JsonValue.Create(template), place, Codes.RequestInvalid);

        var endpoint = Text(source.Endpoint, "llm.endpoint");
        if (!Uri.TryCreate(endpoint, UriKind.Absolute, out var url))
        {
            throw ToolFailedException.Permanent(
                "tool.invalid",
                $"llm.endpoint of the tool '{call.Tool.Id}' comes to '{endpoint}', which is not an absolute URL such as https://api.openai.com/v1.");
        }

        var models = call.Input.OptionalText("model") is { Length: > 0 } wished
            ? [wished]
            : source.Models.Select(model => Text(model, "llm.models")).OfType<string>().Where(model => model.Length > 0).ToArray();
        if (models.Length == 0)
        {
            throw ToolFailedException.Permanent(
                "tool.invalid", $"llm.models of the tool '{call.Tool.Id}' is empty; it has to name at least one model.");
        }

        return new ModelSettings(
            url,
            Text(source.ApiKey, "llm.apiKey"),
            models,
            call.Input.OptionalText("system") ?? Text(source.System, "llm.system"),
            (float?)(call.Input.OptionalNumber("temperature") ?? source.Temperature),
            call.Input.OptionalCount("maxOutputTokens") ?? source.MaxOutputTokens,
            source);
    }

    /// <summary>Null if no price is known, under the name that was asked for or the one that answered.</summary>
    public decimal? CostOf(string asked, string answered, int inputTokens, int outputTokens) =>
        Source.Prices.TryGetValue(asked, out var price) || Source.Prices.TryGetValue(answered, out price)
            ? ((inputTokens * price.InputPerMillion) + (outputTokens * price.OutputPerMillion)) / 1_000_000m
            : null;
}
