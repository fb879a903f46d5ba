using System.Text.Json;
using System.Text.Json.Nodes;

namespace Grimoire.Cli.Documents;

/// <summary>The inputs of a cast, from --inputs (a file, JSON, or - for what is piped in) and from each --input name=value, which counts more.</summary>
static class InputValues
{
    static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <summary>Null if none were given.</summary>
    /// <exception cref="CliException">They cannot be read.</exception>
    public static async Task<JsonObject?> ReadAsync(string? inputs, IReadOnlyList<string>? single, CancellationToken cancellation)
    {
        var values = inputs is null ? null : await ObjectAsync(inputs, cancellation).ConfigureAwait(false);
        foreach (var one in single ?? [])
        {
            var equals = one.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0)
            {
                throw CliException.Usage($"--input wants name=value; '{one}' is not that.");
            }

            (values ??= [])[one[..equals]] = ValueOf(one[(equals + 1)..]);
        }

        return values;
    }

    /// <summary>JSON if it is that, else text. So 7 is a number, and "7" (with the quotes) text.</summary>
    static JsonNode? ValueOf(string text)
    {
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict);
        }
        catch (JsonException)
        {
            return text;
        }
    }

    static async Task<JsonObject> ObjectAsync(string inputs, CancellationToken cancellation)
    {
        var isJson = inputs.TrimStart().StartsWith('{');
        if (!isJson && inputs != "-" && DocumentFile.IsNamed(inputs) && !inputs.EndsWith(".json", StringComparison.OrdinalIgnoreCase))
        {
            var file = await DocumentFile.ReadAsync(inputs, cancellation).ConfigureAwait(false);
            return file.ToJson();
        }

        var text = isJson ? inputs : await LocalText.ReadAsync(inputs, cancellation).ConfigureAwait(false);
        var source = isJson ? "--inputs" : inputs == "-" ? "What is piped in" : inputs;
        try
        {
            return JsonNode.Parse(text, documentOptions: Strict) as JsonObject ?? throw new CliException(ExitCode.Invalid, $"{source}: an object is wanted, such as {{\"name\": \"Ada\"}}.");
        }
        catch (JsonException malformed)
        {
            throw new CliException(ExitCode.Invalid, $"{source}:{malformed.LineNumber + 1}:{malformed.BytePositionInLine + 1}: this is no JSON.", malformed);
        }
    }
}
