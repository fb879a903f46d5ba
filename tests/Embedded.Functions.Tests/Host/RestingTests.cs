using System.Text;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Host;

public sealed class RestingTests(ITestOutputHelper output)
{
    const string Api = "runtime/webhooks/durabletask";

    [Fact]
    public async Task An_orchestration_that_leaves_memory_lets_go_of_its_services_and_gets_others_when_it_comes_back()
    {
        await using var app = new TestApp("Probe", output);
        app.Environment["Embedded__Keys__Enforce"] = "false";
        app.Environment["Embedded__MaxLiveInstances"] = "1";
        AppProcess process = await app.StartAsync();
        string[] ids = ["a", "b", "c"];
        foreach (string id in ids)
        {
            await process.Http.PostAsync($"{Api}/orchestrators/Rest/{id}", null);
            await ProbeApp.WaitUntilAsync(process, $"{Api}/instances/{id}", i => Is(i, "Running"));
        }

        // One is in memory, and the request that asks has services too.
        JsonElement scopes = await ProbeApp.WaitUntilAsync(
            process, "api/scopes", s => s.GetProperty("made").GetInt32() - s.GetProperty("disposed").GetInt32() <= 2);
        Assert.True(scopes.GetProperty("made").GetInt32() > ids.Length);

        foreach (string id in ids)
        {
            await process.Http.PostAsync($"{Api}/instances/{id}/raiseEvent/go", new StringContent("\"on\"", Encoding.UTF8, "application/json"));
            JsonElement end = await ProbeApp.WaitUntilAsync(process, $"{Api}/instances/{id}", i => !Is(i, "Running"));
            Assert.True(Is(end, "Completed"), end.ToString());
            Assert.False(end.GetProperty("output").GetBoolean());
        }
    }

    static bool Is(JsonElement instance, string status) => instance.GetProperty("runtimeStatus").GetString() == status;
}
