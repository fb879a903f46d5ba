using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Grimoire.Tests.Shared;

/// <summary>A fault to switch on: which requests meet it, how often, and what happens to them. docs/sandbox.md explains the members.</summary>
sealed record SandboxFault(string Kind, string Path = "*")
{
    public string? Id { get; init; }

    public string? Method { get; init; }

    public SandboxHeader? Header { get; init; }

    /// <summary>What the body contains, as it is written there: in JSON, with its escapes.</summary>
    public string? Body { get; init; }

    public int Skip { get; init; }

    public int? Times { get; init; }

    public double? Probability { get; init; }

    public long Seed { get; init; }

    public int? RetryAfter { get; init; }

    public bool RetryAfterAsDate { get; init; }

    public int Ms { get; init; } = 1000;

    public long Bytes { get; init; } = 10 * 1024 * 1024;

    public bool Chunked { get; init; }

    public string To { get; init; } = "/noop";
}

/// <summary>A header that a request must have.</summary>
sealed record SandboxHeader(string Name, string? Value = null);

/// <summary>A fault that is switched on, how many requests it has decided on, how many failed, and how many more will.</summary>
sealed record SandboxFaultState(string Id, SandboxFault Rule, long Matched, long Failed, long? Left);

/// <summary>The calls that the sandbox has received: how many, how often with each Idempotency-Key, and the last of them.</summary>
sealed record SandboxCalls(
    int Count, long Forgotten, IReadOnlyDictionary<string, int> Keys, IReadOnlyDictionary<string, int> Repeated, IReadOnlyList<SandboxCall> Calls);

/// <summary>A call: the status is null until it is answered; cut means that the connection ended before the answer did.</summary>
sealed record SandboxCall(long Order, DateTimeOffset At, string Method, string Path, string? Key, int? Status, bool Cut, string? Fault);

/// <summary>Calls <c>/control</c>, and says what it was answered if that was a refusal.</summary>
static class SandboxHttp
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    public static string Query(string path, int take, params ReadOnlySpan<(string Name, string? Value)> members)
    {
        string query = $"{path}?take={take}";
        foreach ((string name, string? value) in members)
        {
            query += value is null ? "" : $"&{name}={Uri.EscapeDataString(value)}";
        }

        return query;
    }

    public static async Task<T> GetControlAsync<T>(this HttpClient http, string path, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.GetAsync(path, cancellation);
        return await ReadAsync<T>(response, cancellation);
    }

    public static async Task<T> PutControlAsync<T>(this HttpClient http, string path, object body, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.PutAsJsonAsync(path, body, Json, cancellation);
        return await ReadAsync<T>(response, cancellation);
    }

    public static async Task<T> PostControlAsync<T>(this HttpClient http, string path, object body, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.PostAsJsonAsync(path, body, Json, cancellation);
        return await ReadAsync<T>(response, cancellation);
    }

    public static async Task DeleteControlAsync(this HttpClient http, string path, CancellationToken cancellation)
    {
        using HttpResponseMessage response = await http.DeleteAsync(path, cancellation);
        await CheckAsync(response, cancellation);
    }

    static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellation)
    {
        await CheckAsync(response, cancellation);
        return (await response.Content.ReadFromJsonAsync<T>(Json, cancellation))!;
    }

    static async Task CheckAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        if (!response.IsSuccessStatusCode)
        {
            throw new InvalidOperationException($"The sandbox answered {(int)response.StatusCode}: {await response.Content.ReadAsStringAsync(cancellation)}");
        }
    }
}
