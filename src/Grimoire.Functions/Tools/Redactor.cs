using System.Buffers;
using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Grimoire.Casts;

namespace Grimoire.Functions.Tools;

/// <summary>Takes secrets out of texts: as they are, and as they look in URLs, in JSON, and in base64.</summary>
sealed class Redactor
{
    public const string Mark = "[secret]";

    readonly string[] _forms;
    readonly SearchValues<string> _search;

    public Redactor(IEnumerable<string> secrets)
    {
        // Longest first: what is left of a longer one must not be taken for a shorter.
        _forms = [.. secrets.SelectMany(FormsOf).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length)];
        _search = SearchValues.Create(_forms, StringComparison.Ordinal);
    }

    public static Redactor None { get; } = new([]);

    public bool Finds(string text) => _forms.Length > 0 && text.AsSpan().ContainsAny(_search);

    public string Text(string text)
    {
        if (!Finds(text))
        {
            return text;
        }

        foreach (var form in _forms)
        {
            text = text.Replace(form, Mark, StringComparison.Ordinal);
        }

        return text;
    }

    /// <summary>The node itself if there is no secret in it, else a copy without.</summary>
    public JsonNode? Json(JsonNode? node) => node switch
    {
        JsonObject members => new JsonObject(members.Select(member => KeyValuePair.Create(Text(member.Key), Json(member.Value)?.DeepClone())).DistinctBy(member => member.Key)),
        JsonArray items => new JsonArray([.. items.Select(item => Json(item)?.DeepClone())]),
        JsonValue value when value.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is var text && Finds(text) => JsonValue.Create(Text(text)),
        _ => node,
    };

    public Failure Failure(Failure failure) => failure with
    {
        Message = Text(failure.Message),
        Details = failure.Details is { } details ? (JsonObject)Json(details)! : null,
        Cause = failure.Cause is { } cause ? Failure(cause) : null,
    };

    /// <summary>Everything of a result but its output, which is looked at together with its other checks.</summary>
    public ToolResult Result(ToolResult result) => _forms.Length == 0 ? result : result with
    {
        Failure = result.Failure is { } failure ? Failure(failure) : null,
        Warnings = [.. result.Warnings.Select(Text)],
        Usage = [.. result.Usage.Select(usage => usage with { Model = Text(usage.Model), RequestId = usage.RequestId is { } id ? Text(id) : null })],
    };

    static IEnumerable<string> FormsOf(string secret)
    {
        // As it is, in URLs, in paths as servers say them back, and in forms; each also within JSON.
        foreach (var text in new[] { secret, Uri.EscapeDataString(secret), InPath(secret), WebUtility.UrlEncode(secret) })
        {
            yield return text;
            yield return JsonSerializer.Serialize(text)[1..^1];
            yield return JsonSerializer.Serialize(text, DomainJson.Options)[1..^1];
        }

        yield return Convert.ToBase64String(Encoding.UTF8.GetBytes(secret)).TrimEnd('=');
        yield return Base64Url.EncodeToString(Encoding.UTF8.GetBytes(secret));
    }

    /// <summary>With only those characters escaped that a path cannot have.</summary>
    static string InPath(string secret) => "!$&'()*+,;=:@".Aggregate(
        Uri.EscapeDataString(secret), (text, allowed) => text.Replace(Uri.HexEscape(allowed), allowed.ToString(), StringComparison.Ordinal));
}
