using System.Net;
using System.Text.Json;

namespace Embedded.Functions.Tests.Host;

/// <summary>Functions with durable triggers, as classes and as methods.</summary>
[Collection(ProbeApps.Name)]
public sealed class DurableFunctionTests(ProbeApp probe)
{
    [Fact]
    public async Task Orchestrators_activities_and_entities_of_both_kinds_work_together_with_services_and_middleware()
    {
        JsonElement instance = await RunAsync("Greeting", """["Ann","Bob"]""");

        Assert.Equal(
            ["Hello, Ann!", "ANN (REPLACED) activityTrigger True", "Hello, Bob!", "BOB (REPLACED) activityTrigger True", "4", "5"],
            instance.GetProperty("output").EnumerateArray().Select(o => o.GetString()));
        foreach (string line in (string[])["Greeting runs", "Greet runs", "Tally adds"])
        {
            await probe.Process.WaitForOutputAsync(l => l.EndsWith(line, StringComparison.Ordinal));
        }

        JsonElement trail = await probe.JsonAsync("api/trail");
        Assert.Equal("orchestrationTrigger", trail.GetProperty("Greeting").GetString());
        Assert.Equal("activityTrigger", trail.GetProperty("Greet").GetString());
        Assert.Equal("activityTrigger", trail.GetProperty("Shout").GetString());
        Assert.Equal("entityTrigger", trail.GetProperty("Tally").GetString());
        Assert.Equal("entityTrigger", trail.GetProperty("Dispatched").GetString());
        Assert.Equal("httpTrigger", trail.GetProperty("Start").GetString());
    }

    [Fact]
    public async Task An_input_can_be_read_as_a_parameter_and_again_as_a_type_that_knows_more_of_it()
    {
        JsonElement output = (await RunAsync("TwiceRead", """{"item":"pen","count":1,"address":"here"}""")).GetProperty("output");

        // The names are those of the serializer that the app gave its worker.
        Assert.Equal("""{"item":"pen","count":1}""", output.GetProperty("order").GetRawText());
        Assert.Equal("""{"item":"pen","count":2,"address":"here"}""", output.GetProperty("parcel").GetRawText());
    }

    [Fact]
    public async Task An_input_that_does_not_fit_fails_the_instance()
    {
        JsonElement instance = await RunAsync("TwiceRead", """{"item":"pen","count":"many"}""");

        Assert.Equal("Failed", instance.GetProperty("runtimeStatus").GetString());
    }

    [Fact]
    public async Task The_URLs_to_follow_an_instance_carry_the_system_key_and_work()
    {
        string body = await probe.PostAsync("api/start/Version", "", status: HttpStatusCode.Accepted);
        var urls = JsonSerializer.Deserialize<JsonElement>(body);

        foreach (string name in (string[])["statusQueryGetUri", "sendEventPostUri", "terminatePostUri", "purgeHistoryDeleteUri", "suspendPostUri", "resumePostUri"])
        {
            Assert.Contains($"code={probe.Keys.Durable}", urls.GetProperty(name).GetString());
        }

        using HttpResponseMessage status = await probe.Http.GetAsync(urls.GetProperty("statusQueryGetUri").GetString());
        Assert.True(status.StatusCode is HttpStatusCode.OK or HttpStatusCode.Accepted);
    }

    async Task<JsonElement> RunAsync(string orchestrator, string input)
    {
        using var content = new StringContent(input);
        using HttpResponseMessage response = await probe.Process.ExpectAsync(
            HttpStatusCode.Accepted, probe.Http.PostAsync($"api/start/{orchestrator}", content));
        return await probe.WaitUntilAsync(
            response.Headers.Location!.ToString(), i => i.GetProperty("runtimeStatus").GetString() is "Completed" or "Failed");
    }
}
