using System.Net;
using Grimoire.Sandbox.Tests.Support;
using Grimoire.Tests.Shared;

namespace Grimoire.Sandbox.Tests;

/// <summary>The faults that are switched on for other endpoints. Each test has a header of its own, so none disturbs another.</summary>
public sealed class SwitchedFaultTests(SandboxFixture fixture) : SandboxTests(fixture)
{
    readonly string _test = Guid.NewGuid().ToString("N");

    [Fact]
    public async Task A_fault_strikes_as_often_as_it_was_told_to_and_then_no_more()
    {
        SandboxFaultState fault = await SetAsync(new SandboxFault("429", "/noop") { Times = 2, RetryAfter = 3 });

        Assert.Equal([429, 429, 200, 200], await CallAsync(4));
        SandboxFaultState state = (await Sandbox.FaultsAsync()).Single(other => other.Id == fault.Id);
        Assert.Equal((2L, 0L), (state.Failed, state.Left));
    }

    [Fact]
    public async Task Without_a_number_of_times_it_strikes_once()
    {
        await SetAsync(new SandboxFault("500", "/noop"));

        Assert.Equal([500, 200], await CallAsync(2));
    }

    [Fact]
    public async Task It_can_let_the_first_requests_pass()
    {
        await SetAsync(new SandboxFault("500", "/noop") { Skip = 2, Times = 1 });

        Assert.Equal([200, 200, 500, 200], await CallAsync(4));
    }

    [Fact]
    public async Task It_strikes_only_the_path_method_and_header_that_it_names()
    {
        await SetAsync(new SandboxFault("500", "/no*") { Method = "POST" });

        using HttpResponseMessage otherHeader = await SendAsync(HttpMethod.Post, "noop", "{}");
        using HttpResponseMessage otherMethod = await SendAsync(HttpMethod.Get, "noop", null, ("x-test", _test));
        using HttpResponseMessage otherPath = await SendAsync(HttpMethod.Post, "echo", "{}", ("x-test", _test));
        using HttpResponseMessage met = await SendAsync(HttpMethod.Post, "noop", "{}", ("x-test", _test));

        Assert.Equal(
            [HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.InternalServerError],
            [otherHeader.StatusCode, otherMethod.StatusCode, otherPath.StatusCode, met.StatusCode]);
    }

    [Fact]
    public async Task It_can_strike_by_what_the_body_contains_and_leaves_the_body_of_others_as_it_is()
    {
        await SetAsync(new SandboxFault("500", "/echo") { Body = "a harbour" });

        using HttpResponseMessage other = await SendAsync(HttpMethod.Post, "echo", """{"prompt":"a lighthouse"}""", ("x-test", _test));
        using HttpResponseMessage met = await SendAsync(HttpMethod.Post, "echo", """{"prompt":"a harbour"}""", ("x-test", _test));

        Assert.Contains("a lighthouse", await other.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.InternalServerError, met.StatusCode);
    }

    [Fact]
    public async Task By_probability_the_same_seed_has_the_same_sequence()
    {
        await SetAsync(new SandboxFault("503", "/noop") { Id = _test, Probability = 0.5, Seed = 42 });
        List<int> first = await CallAsync(40);
        await SetAsync(new SandboxFault("503", "/noop") { Id = _test, Probability = 0.5, Seed = 42 });
        List<int> second = await CallAsync(40);
        await SetAsync(new SandboxFault("503", "/noop") { Id = _test, Probability = 0.5, Seed = 43 });
        List<int> third = await CallAsync(40);

        Assert.Equal(first, second);
        Assert.NotEqual(first, third);
        Assert.InRange(first.Count(status => status == 503), 10, 30);
        await Sandbox.RemoveFaultAsync(_test);
    }

    [Fact]
    public async Task A_slow_endpoint_still_answers_as_it_does()
    {
        await SetAsync(new SandboxFault("slow", "/echo") { Ms = 50 });

        using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "echo", """{"prompt":"a lighthouse"}""", ("x-test", _test));

        Assert.Contains("a lighthouse", await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_ledger_says_which_fault_met_a_call()
    {
        await SetAsync(new SandboxFault("reset", "/paid"));

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Post, "paid", null, ("x-test", _test), ("Idempotency-Key", _test)));

        SandboxCall call = Assert.Single((await Sandbox.CallsAsync(key: _test)).Calls);
        Assert.Equal(("reset", true, null), (call.Fault, call.Cut, call.Status));
    }

    [Fact]
    public async Task A_request_whose_answer_is_lost_is_done_all_the_same()
    {
        await SetAsync(new SandboxFault("lost", "/jobs"));

        await Assert.ThrowsAsync<HttpRequestException>(() => StartJobAsync());

        SandboxJob job = Assert.Single((await Sandbox.Jobs.ListAsync(key: _test)).Jobs);
        using HttpResponseMessage again = await StartJobAsync();
        Assert.Equal($"/jobs/{job.Id}", again.Headers.Location?.OriginalString);
        Assert.Equal([(null, true), (202, false)], (await Sandbox.CallsAsync(key: _test)).Calls.Select(call => (call.Status, call.Cut)));

        Task<HttpResponseMessage> StartJobAsync() =>
            SendAsync(HttpMethod.Post, "jobs", """{"manual":true}""", ("x-test", _test), ("Idempotency-Key", _test));
    }

    [Fact]
    public async Task A_refusal_can_be_lost_too()
    {
        await SetAsync(new SandboxFault("lost", "/images"));

        await Assert.ThrowsAsync<HttpRequestException>(() => SendAsync(HttpMethod.Post, "images", "{}", ("x-test", _test)));
    }

    [Fact]
    public async Task Setting_a_fault_again_under_its_name_replaces_it_and_removing_it_ends_it()
    {
        await SetAsync(new SandboxFault("500", "/noop") { Id = _test, Times = 9 });
        await SetAsync(new SandboxFault("503", "/noop") { Id = _test, Times = 9 });

        Assert.Equal([503], await CallAsync(1));
        await Sandbox.RemoveFaultAsync(_test);
        Assert.Equal([200], await CallAsync(1));
    }

    [Fact]
    public async Task Parallel_requests_fail_exactly_as_often_as_was_asked_for()
    {
        await SetAsync(new SandboxFault("500", "/noop") { Times = 25 });

        int[] statuses = await Task.WhenAll(Enumerable.Range(0, 100).Select(async _ => (await CallAsync(1))[0]));

        Assert.Equal(25, statuses.Count(status => status == 500));
    }

    [Theory]
    [InlineData("""{"kind":"nonsense"}""", 422, "kind")]
    [InlineData("{}", 422, "kind")]
    [InlineData("""{"kind":"500","times":0}""", 422, "times")]
    [InlineData("""{"kind":"500","probability":1.5}""", 422, "probability")]
    [InlineData("""{"kind":"500","path":"noop"}""", 422, "path")]
    [InlineData("""{"kind":"500","tmies":2}""", 422, "tmies")]
    [InlineData("""{"kind":"500","header":{}}""", 422, "header.name")]
    [InlineData("""{"kind":"500","times":"often"}""", 400, "$.times")]
    [InlineData("""{"kind":null}""", 400, "$.kind")]
    public async Task A_rule_that_is_none_is_refused_by_the_name_of_what_is_wrong(string rule, int status, string param)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Put, "control/faults", rule);

        string body = await response.Content.ReadAsStringAsync();
        Assert.Equal(status, (int)response.StatusCode);
        Assert.Contains($"\"param\":\"{param}\"", body, StringComparison.Ordinal);
        Assert.DoesNotContain("System.", body, StringComparison.Ordinal);
    }

    Task<SandboxFaultState> SetAsync(SandboxFault fault) => Sandbox.SetFaultAsync(fault with { Header = new SandboxHeader("x-test", _test) });

    async Task<List<int>> CallAsync(int times)
    {
        var statuses = new List<int>();
        for (int i = 0; i < times; i++)
        {
            using HttpResponseMessage response = await SendAsync(HttpMethod.Post, "noop", "{}", ("x-test", _test));
            statuses.Add((int)response.StatusCode);
        }

        return statuses;
    }
}
