using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Embedded.Functions.Tests.Support;
using Xunit.Abstractions;

namespace Embedded.Functions.Tests.Apps;

/// <summary>kill -9 while callers start instances by ids of their own: every 202 that was sent is an instance that completes.</summary>
public sealed class KilledStartTests(ITestOutputHelper output)
{
    /// <summary>How many times the process is killed; more by this variable.</summary>
    const string KillsVariable = "HOST_KILLS";

    const int Callers = 16;

    [Fact]
    public async Task Every_start_that_was_answered_completes_and_no_repetition_makes_a_second_instance()
    {
        int kills = int.Parse(Environment.GetEnvironmentVariable(KillsVariable) ?? "5", CultureInfo.InvariantCulture);
        var random = new Random(kills);
        await using var app = new TestApp("Patterns", output) { HostJson = QuietHostJson };
        var orders = new Orders();
        for (int kill = 1; kill <= kills; kill++)
        {
            AppProcess process = await app.StartAsync();
            await orders.RepeatAsync(process);
            await KillUnderStartsAsync(process, orders, kill, random.Next(20, 600));
        }

        AppProcess last = await app.StartAsync();
        await orders.RepeatAsync(last);
        IReadOnlyDictionary<string, JsonElement> instances = await InstancesWhenAllHaveEndedAsync(last, app.Keys);

        output.WriteLine($"{orders.Answered.Count} starts answered, {orders.Repeated} of {instances.Count} repeated because they were not.");
        Assert.InRange(orders.Answered.Count, kills * 20, int.MaxValue);
        Assert.Equal(orders.Answered.Keys.Order(), instances.Keys.Order());
        Assert.All(instances, instance => Check(orders, instance.Key, instance.Value));
    }

    static async Task KillUnderStartsAsync(AppProcess process, Orders orders, int kill, int answersBefore)
    {
        int answers = 0;
        var enough = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task[] callers = [.. Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            for (int n = 0; await orders.PutAsync(process, $"{kill}-{caller}-{n}"); n++)
            {
                if (Interlocked.Increment(ref answers) == answersBefore)
                {
                    enough.SetResult();
                }
            }
        }))];
        await Task.WhenAny(enough.Task, Task.WhenAll(callers));
        Assert.True(enough.Task.IsCompleted, $"The callers were cut off before the process was killed. The app said:\n{process.Output}");
        await process.KillAsync();
        await Task.WhenAll(callers);
    }

    static async Task<IReadOnlyDictionary<string, JsonElement>> InstancesWhenAllHaveEndedAsync(AppProcess process, AppKeys keys)
    {
        string url = $"runtime/webhooks/durabletask/instances?code={keys.Durable}";
        await Eventually.SeeAsync(
            () => process.Http.GetFromJsonAsync<JsonElement>($"{url}&runtimeStatus=Pending,Running&top=10"), open => open.GetArrayLength() == 0, process);
        var all = new Dictionary<string, JsonElement>();
        string? continuation = null;
        do
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, $"{url}&top=1000");
            if (continuation is not null)
            {
                request.Headers.Add("x-ms-continuation-token", continuation);
            }

            using HttpResponseMessage page = await process.ExpectAsync(HttpStatusCode.OK, process.Http.SendAsync(request));
            foreach (JsonElement instance in await page.Content.ReadFromJsonAsync<JsonElement[]>() ?? [])
            {
                all.Add(instance.GetProperty("instanceId").GetString()!, instance);
            }

            continuation = page.Headers.TryGetValues("x-ms-continuation-token", out IEnumerable<string>? token) ? token.First() : null;
        }
        while (!string.IsNullOrEmpty(continuation));
        return all;
    }

    static void Check(Orders orders, string id, JsonElement instance)
    {
        Assert.Equal("Completed", instance.GetProperty("runtimeStatus").GetString());
        string goods = instance.GetProperty("input").GetString()!;
        Assert.Contains(goods, orders.Answered[id]);
        Assert.Equal($"{goods}, reserved, shipped", instance.GetProperty("output").GetString());
    }

    const string QuietHostJson = """
        {
          "version": "2.0",
          "logging": { "logLevel": { "default": "Warning", "Host": "Information" } },
          "extensions": { "durableTask": { "hubName": "Patterns" } }
        }
        """;
}
