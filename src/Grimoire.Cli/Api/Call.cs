using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;

namespace Grimoire.Cli.Api;

/// <summary>What is asked of the app: a method, a path below /api, and what goes with them.</summary>
/// <param name="Method">GET, PUT...</param>
/// <param name="Path">Below /api, with what has to be escaped escaped.</param>
sealed record Call(HttpMethod Method, string Path)
{
    public IReadOnlyList<(string Name, string? Value)> Query { get; init; } = [];

    /// <summary>It is about an account, so an account that is configured is named.</summary>
    public bool IsAboutAccount { get; init; }

    public byte[]? Body { get; init; }

    public string MediaType { get; init; } = "application/json";

    public string? IdempotencyKey { get; init; }

    /// <summary>A lost connection is no reason to give up: the app may be starting anew. From the first attempt on.</summary>
    public bool IsPatient { get; init; }

    /// <summary>An answer with that status is one too, however bad.</summary>
    public int? AlsoTaken { get; init; }

    /// <summary>How long its answer may take beyond what others may: of a long poll, the wait that was asked for.</summary>
    public TimeSpan Extra { get; init; }

    /// <summary>A POST that does nothing more when it is sent again.</summary>
    public bool IsSafeAgain { get; init; }

    /// <summary>It can be sent again without doing anything twice.</summary>
    public bool IsRepeatable => IsSafeAgain || IdempotencyKey is not null || Method == HttpMethod.Get || Method == HttpMethod.Head || Method == HttpMethod.Put;

    public static Call Get(string path, params (string Name, string? Value)[] query) => new(HttpMethod.Get, path) { Query = query };

    public static Call Put(string path, JsonNode? body) => new(HttpMethod.Put, path) { Body = Bytes(body) };

    public static Call Post(string path, JsonNode? body = null) => new(HttpMethod.Post, path) { Body = Bytes(body) };

    public static Call Delete(string path) => new(HttpMethod.Delete, path);

    /// <summary>The same, about the account that is configured.</summary>
    public Call OfAccount() => this with { IsAboutAccount = true };

    /// <summary>The same, which does nothing more when it is sent again.</summary>
    public Call Again() => this with { IsSafeAgain = true };

    /// <summary>The same, with a key under which it starts one thing, however often it is sent.</summary>
    public Call Once(string? key) => this with { IdempotencyKey = key ?? $"cli-{Guid.NewGuid():N}" };

    /// <summary>A part of a path: an id, a slug, a name.</summary>
    public static string Part(string text) => Uri.EscapeDataString(text);

    public HttpRequestMessage ToRequest(Uri app, string? account, string? key)
    {
        var query = new StringBuilder();
        foreach (var (name, value) in IsAboutAccount ? [.. Query, ("account", account)] : Query)
        {
            if (value is not null)
            {
                query.Append(query.Length == 0 ? '?' : '&').Append(name).Append('=').Append(Uri.EscapeDataString(value));
            }
        }

        var request = new HttpRequestMessage(Method, new Uri(app, "api/" + Path + query));
        if (Body is not null)
        {
            request.Content = new ByteArrayContent(Body);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaType);
        }

        if (IdempotencyKey is not null)
        {
            request.Headers.TryAddWithoutValidation("Idempotency-Key", IdempotencyKey);
        }

        if (key is not null)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        }

        return request;
    }

    static byte[]? Bytes(JsonNode? body) => body is null ? null : Encoding.UTF8.GetBytes(body.ToJsonString());
}
