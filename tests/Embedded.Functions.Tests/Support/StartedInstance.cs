using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;

namespace Embedded.Functions.Tests.Support;

/// <summary>An orchestration as its caller knows it: by the URLs that the start was answered with.</summary>
internal sealed class StartedInstance
{
    readonly AppProcess _process;
    readonly Dictionary<string, string> _payload;

    StartedInstance(AppProcess process, Dictionary<string, string> payload)
    {
        _process = process;
        _payload = payload;
    }

    public string Id => _payload["id"];

    public IReadOnlyDictionary<string, string> Payload => _payload;

    /// <summary>Takes what a start answers: 202, and where to go from there.</summary>
    public static async Task<StartedInstance> OfAsync(AppProcess process, Task<HttpResponseMessage> start)
    {
        using HttpResponseMessage response = await process.ExpectAsync(HttpStatusCode.Accepted, start);
        Dictionary<string, string?> payload = (await response.Content.ReadFromJsonAsync<Dictionary<string, string?>>())!;

        // However the app's serializer writes names; and without the URLs that a worker does not give.
        var instance = new StartedInstance(process, new Dictionary<string, string>(
            payload.Where(entry => entry.Value is not null).Select(entry => KeyValuePair.Create(entry.Key, entry.Value!)),
            StringComparer.OrdinalIgnoreCase));
        Assert.Equal(instance.Payload["statusQueryGetUri"], response.Headers.Location?.OriginalString);
        return instance;
    }

    /// <summary>The instance of a known id, by the URLs that the app would give.</summary>
    public static StartedInstance OfId(AppProcess process, AppKeys keys, string id) => new(process, new Dictionary<string, string>
    {
        ["id"] = id,
        ["statusQueryGetUri"] = $"{process.Url}runtime/webhooks/durabletask/instances/{id}?code={keys.Durable}",
    });

    /// <summary>The same instance in another process on the same state, which listens elsewhere.</summary>
    public StartedInstance In(AppProcess process) => new(process, _payload.ToDictionary(
        entry => entry.Key,
        entry => entry.Value.Replace(_process.Url.Authority, process.Url.Authority, StringComparison.Ordinal),
        StringComparer.OrdinalIgnoreCase));

    /// <summary>Calls one of its URLs.</summary>
    /// <param name="method">How.</param>
    /// <param name="name">Which, as the payload names it.</param>
    /// <param name="text">What to put for the placeholder in it.</param>
    /// <param name="body">JSON to send.</param>
    /// <param name="query">More parameters.</param>
    public Task<HttpResponseMessage> CallAsync(HttpMethod method, string name, string text = "", string? body = null, string query = "")
    {
        string url = _payload[name].Replace("{eventName}", text, StringComparison.Ordinal).Replace("{text}", Uri.EscapeDataString(text), StringComparison.Ordinal);
        var request = new HttpRequestMessage(method, url + query);
        if (body is not null)
        {
            request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        }

        return _process.Http.SendAsync(request);
    }

    public async Task AcceptedAsync(HttpMethod method, string name, string text = "", string? body = null) =>
        (await _process.ExpectAsync(HttpStatusCode.Accepted, CallAsync(method, name, text, body))).Dispose();

    public Task RaiseEventAsync(string name, string json) => AcceptedAsync(HttpMethod.Post, "sendEventPostUri", name, json);

    public async Task<JsonElement> StatusAsync(string query = "")
    {
        using HttpResponseMessage response = await CallAsync(HttpMethod.Get, "statusQueryGetUri", query: query);
        return await response.Content.ReadFromJsonAsync<JsonElement>();
    }

    /// <summary>Looks at the status until it is as wanted.</summary>
    public Task<JsonElement> SeeAsync(Func<JsonElement, bool> wanted) => Eventually.SeeAsync(() => StatusAsync(), wanted, _process);

    public Task<JsonElement> SeeStatusAsync(string runtimeStatus) => SeeAsync(status => RuntimeStatus(status) == runtimeStatus);

    /// <summary>Waits for its end, which must be this one.</summary>
    public async Task<JsonElement> EndAsync(string runtimeStatus = "Completed")
    {
        JsonElement end = await SeeAsync(status => RuntimeStatus(status) is "Completed" or "Failed" or "Terminated");
        if (RuntimeStatus(end) != runtimeStatus)
        {
            Assert.Fail($"The instance did not end {runtimeStatus}: {end}\nThe app said:\n{_process.Output}");
        }

        return end;
    }

    static string? RuntimeStatus(JsonElement status) => status.TryGetProperty("runtimeStatus", out JsonElement value) ? value.GetString() : null;
}
