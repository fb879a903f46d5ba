using System.Net;
using System.Text.Json;

namespace Grimoire.EndToEnd.Tests.Support;

/// <summary>What the app has left on the disk and in its engine.</summary>
internal static class Stored
{
    /// <summary>The files of the storage whose path has that in it; none of those that are being written.</summary>
    public static IReadOnlyList<string> Files(GrimoireApp app, string part) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(app.Folder, "storage"), "*", SearchOption.AllDirectories)
            .Where(file => file.Contains(part, StringComparison.Ordinal) && !file.Contains("/.tmp/", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The ids of the orchestrations that have that in them.</summary>
    public static async Task<IReadOnlyList<string>> InstancesAsync(GrimoireApp app, string part)
    {
        var ids = new List<string>();
        string? token = null;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"runtime/webhooks/durabletask/instances?top=500&showInput=false&code={app.Keys.Durable}");
            if (token is not null)
            {
                request.Headers.Add("x-ms-continuation-token", token);
            }

            using HttpResponseMessage response = await app.Process.ExpectAsync(HttpStatusCode.OK, app.Process.Http.SendAsync(request));
            ids.AddRange(JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync()).EnumerateArray()
                .Select(instance => instance.GetProperty("instanceId").GetString()!).Where(id => id.Contains(part, StringComparison.Ordinal)));
            token = response.Headers.TryGetValues("x-ms-continuation-token", out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
        }
        while (!string.IsNullOrEmpty(token));

        return ids;
    }
}
