using System.Text.Json;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

public sealed class LedgerTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    readonly string _test = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_call_is_entered_with_all_that_matters_before_its_answer_arrives()
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "echo?costUsd=x", "{}", ("Idempotency-Key", _test));

        SandboxCall call = Assert.Single((await Sandbox.CallsAsync("/echo", _test)).Calls);
        Assert.Equal(("POST", "/echo", _test, 422, false, null), (call.Method, call.Path, call.Key, call.Status, call.Cut, call.Fault));
        Assert.Equal($"req_{call.Order:d12}", response.Headers.GetValues("x-request-id").Single());
    }

    [Fact]
    public async Task A_repeated_key_gets_its_charge_again_and_counts_as_a_second_call()
    {
        using HttpResponseMessage first = await SendAsync(HttpMethod.Post, "paid", """{"value":{"a":1}}""", ("Idempotency-Key", $"{_test}-1"));
        using HttpResponseMessage second = await SendAsync(HttpMethod.Post, "paid", """{"value":{"a":1}}""", ("Idempotency-Key", $"{_test}-1"));
        using HttpResponseMessage other = await SendAsync(HttpMethod.Post, "paid", null, ("Idempotency-Key", $"{_test}-2"));

        JsonElement charge = JsonDocument.Parse(await first.Content.ReadAsStringAsync()).RootElement;
        Assert.Equal(charge.GetRawText(), await second.Content.ReadAsStringAsync());
        Assert.NotEqual(charge.GetProperty("charge").GetString(), JsonDocument.Parse(await other.Content.ReadAsStringAsync()).RootElement.GetProperty("charge").GetString());
        Assert.Equal(0.01, charge.GetProperty("costUsd").GetDouble());
        Assert.Equal(1, charge.GetProperty("value").GetProperty("a").GetInt32());
        SandboxCalls calls = await Sandbox.CallsAsync(key: $"{_test}*");
        Assert.Equal(3, calls.Count);
        Assert.Equal(new Dictionary<string, int> { [$"{_test}-1"] = 2, [$"{_test}-2"] = 1 }, calls.Keys);
        Assert.Equal(new Dictionary<string, int> { [$"{_test}-1"] = 2 }, calls.Repeated);
    }

    [Fact]
    public async Task Charges_without_a_key_are_never_the_same()
    {
        string first = await (await Http.PostAsync("paid", null)).Content.ReadAsStringAsync();
        string second = await (await Http.PostAsync("paid", null)).Content.ReadAsStringAsync();

        Assert.NotEqual(first, second);
    }

    [Fact]
    public async Task All_parallel_calls_are_entered_in_one_order()
    {
        await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "noop", null, ("Idempotency-Key", $"{_test}-{i}"));
        }));

        SandboxCalls calls = await Sandbox.CallsAsync("/noop", $"{_test}*");
        Assert.Equal(300, calls.Count);
        Assert.Empty(calls.Repeated);
        Assert.Equal(calls.Calls.Select(call => call.Order).Order(), calls.Calls.Select(call => call.Order));
        Assert.All(calls.Calls, call => Assert.Equal(200, call.Status));
    }

    [Fact]
    public async Task The_last_calls_are_listed_and_all_are_counted()
    {
        for (int i = 0; i < 5; i++)
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Get, "noop", null, ("Idempotency-Key", $"{_test}-{i}"));
        }

        SandboxCalls calls = await Sandbox.CallsAsync(key: $"{_test}*", take: 2);

        Assert.Equal(5, calls.Count);
        Assert.Equal([$"{_test}-3", $"{_test}-4"], calls.Calls.Select(call => call.Key));
    }

    [Fact]
    public async Task What_is_asked_of_the_sandbox_itself_is_no_call()
    {
        await Http.GetStringAsync("health");
        await Http.GetStringAsync("control/faults");

        Assert.Equal(0, (await Sandbox.CallsAsync("/health")).Count);
        Assert.Equal(0, (await Sandbox.CallsAsync("/control*")).Count);
    }

    [Fact]
    public async Task Calls_can_be_forgotten()
    {
        await using SandboxProcess own = await SandboxProcess.StartAsync();
        await own.Http.GetStringAsync("noop");
        await own.ForgetCallsAsync();
        await own.Http.GetStringAsync("noop");

        SandboxCalls calls = await own.CallsAsync();

        Assert.Equal((1, 0L), (calls.Count, calls.Forgotten));
    }
}
