using System.Text.Json;

namespace Embedded.Functions.Tests.Host;

/// <summary>What a function knows of its invocation.</summary>
[Collection(ProbeApps.Name)]
public sealed class ContextTests(ProbeApp probe)
{
    [Fact]
    public async Task An_invocation_knows_its_function_its_data_and_what_middleware_left_it()
    {
        JsonElement context = await probe.JsonAsync("api/context/x?y=2");

        Assert.True(Guid.TryParse(context.GetProperty("invocationId").GetString(), out _));
        Assert.Equal("Context", context.GetProperty("name").GetString());
        Assert.Equal("Probe.Contexts.Context", context.GetProperty("entryPoint").GetString());
        Assert.Equal(["request", "context"], context.GetProperty("parameters").EnumerateArray().Select(p => p.GetString()));
        JsonElement data = context.GetProperty("bindingData");
        Assert.Equal("x", data.GetProperty("part").GetString());
        Assert.Equal("2", data.GetProperty("y").GetString());
        Assert.Equal("""{"y":"2"}""", data.GetProperty("Query").GetString());
        Assert.Contains("\"Host\"", data.GetProperty("Headers").GetString());
        Assert.Equal("httpTrigger", context.GetProperty("items").GetProperty("trail").GetString());
        Assert.Equal("kept", context.GetProperty("feature").GetString());
        Assert.True(context.GetProperty("canBeCanceled").GetBoolean());
        Assert.False(context.GetProperty("retried").GetBoolean());
    }

    [Fact]
    public async Task Each_invocation_has_services_of_its_own_which_go_with_it()
    {
        JsonElement first = await probe.JsonAsync("api/context/1");
        JsonElement second = await probe.JsonAsync("api/context/2");

        Assert.True(first.GetProperty("sameScope").GetBoolean());
        Assert.NotEqual(first.GetProperty("number").GetInt32(), second.GetProperty("number").GetInt32());

        // The one that asks has services too, and still has them.
        await probe.WaitUntilAsync("api/scopes", s => s.GetProperty("made").GetInt32() == s.GetProperty("disposed").GetInt32() + 1);
    }

    [Fact]
    public async Task A_trace_that_the_caller_began_goes_on()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/context/x");
        request.Headers.Add("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        request.Headers.Add("tracestate", "vendor=value");
        using HttpResponseMessage response = await probe.Http.SendAsync(request);
        var context = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());

        string trace = context.GetProperty("traceParent").GetString()!;
        Assert.Equal("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", trace);
        Assert.Equal("vendor=value", context.GetProperty("traceState").GetString());
    }

    [Fact]
    public async Task Loggers_of_all_kinds_write_to_the_log()
    {
        await probe.JsonAsync("api/context/x");

        await probe.Process.WaitForOutputAsync(line => line.EndsWith("Logged by the injected logger", StringComparison.Ordinal));
        await probe.Process.WaitForOutputAsync(line => line.EndsWith("Logged by the named logger", StringComparison.Ordinal));
        await probe.Process.WaitForOutputAsync(line => line.EndsWith("Warning: Probe.Contexts: Logged by the typed logger", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_caller_that_goes_cancels_the_function()
    {
        using (RawConnection connection = await RawConnection.OpenAsync(probe.Port))
        {
            await connection.SendAsync("GET /api/wait/gone/false HTTP/1.1\r\nHost: x\r\n\r\n");
            await probe.WaitUntilAsync("api/waiting/gone", w => w.GetProperty("entered").GetInt32() == 1);
        }

        JsonElement waiting = await probe.WaitUntilAsync("api/waiting/gone", w => w.GetProperty("outcome").ValueKind == JsonValueKind.String);
        Assert.True(waiting.GetProperty("cancelled").GetBoolean());
        Assert.Equal("cancelled", waiting.GetProperty("outcome").GetString());
    }

    [Fact]
    public async Task A_function_that_goes_on_without_its_caller_keeps_its_services()
    {
        using (RawConnection connection = await RawConnection.OpenAsync(probe.Port))
        {
            await connection.SendAsync("GET /api/wait/stubborn/true HTTP/1.1\r\nHost: x\r\n\r\n");
            await probe.WaitUntilAsync("api/waiting/stubborn", w => w.GetProperty("entered").GetInt32() == 1);
        }

        await probe.WaitUntilAsync("api/waiting/stubborn", w => w.GetProperty("cancelled").GetBoolean());
        await probe.PostAsync("api/release/stubborn", "");

        JsonElement waiting = await probe.WaitUntilAsync("api/waiting/stubborn", w => w.GetProperty("outcome").ValueKind == JsonValueKind.String);
        Assert.Equal("done", waiting.GetProperty("outcome").GetString());
    }
}
