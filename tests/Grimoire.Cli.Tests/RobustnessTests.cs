using Grimoire.Cli.Tests.Support;

namespace Grimoire.Cli.Tests;

/// <summary>Apps that are away, overloaded or broken.</summary>
public sealed class RobustnessTests
{
    const string Started = """{"castId":"main-1","links":{}}""";

    [Fact]
    [Trait("Row", "UX13")]
    public async Task Where_nobody_listens_it_says_so_at_once()
    {
        using var home = new CliHome();
        var run = (await home.RunAsync("casts", "list", "--url", "http://127.0.0.1:1")).Ends(7);
        Assert.Contains("There is no app at http://127.0.0.1:1/ (--url)", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Out);
    }

    [Fact]
    public async Task A_start_whose_answer_is_lost_is_sent_again_with_the_same_key()
    {
        await using var app = await FakeApp.StartAsync((context, count) =>
        {
            if (count == 1)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return FakeApp.WriteAsync(context, Started, 202);
        });
        using var home = new CliHome();
        var run = (await home.RunAsync("cast", "hello", "--url", app.Url, "--json")).Ends(0);
        Assert.Equal("main-1", run.Json.GetProperty("castId").GetString());
        Assert.Equal(2, app.Asked.Count);
        Assert.NotNull(app.Asked.First().Idempotency);
        Assert.Single(app.Asked.Select(asked => asked.Idempotency).Distinct());
    }

    [Fact]
    public async Task It_comes_again_when_it_is_told_to_and_not_if_that_is_too_late()
    {
        await using var app = await FakeApp.StartAsync((context, count) =>
        {
            context.Response.Headers.RetryAfter = count == 1 ? "1" : "3600";
            return count == 2
                ? FakeApp.WriteAsync(context, Started, 202)
                : FakeApp.WriteAsync(context, """{"code":"account.requests","detail":"Too many."}""", 429);
        });
        using var home = new CliHome();
        (await home.RunAsync("cast", "hello", "--url", app.Url)).Ends(0);
        var run = (await home.RunAsync("cast", "hello", "--url", app.Url)).Ends(6);
        Assert.Contains("account.requests: Too many.", run.Error, StringComparison.Ordinal);
        Assert.Equal(3, app.Asked.Count);
    }

    [Fact]
    public async Task An_app_that_does_not_answer_in_time_is_given_up()
    {
        await using var app = await FakeApp.StartAsync((context, _) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted));
        using var home = new CliHome();
        var run = (await home.RunAsync("casts", "list", "--url", app.Url, "--timeout", "0.5")).Ends(7);
        Assert.Contains("(--timeout)", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Watching_goes_on_when_the_connection_was_lost()
    {
        await using var app = await FakeApp.StartAsync((context, count) =>
        {
            if (count is 2 or 3)
            {
                context.Abort();
                return Task.CompletedTask;
            }

            return FakeApp.WriteAsync(context, context.Request.Path.Value!.EndsWith("/events", StringComparison.Ordinal)
                ? """{"events":[{"seq":1,"id":"e","type":"cast.completed","at":"2030-01-01T00:00:00Z"}],"next":1,"ended":true}"""
                : """{"id":"main-1","spell":"s","status":"completed","steps":[],"artifacts":[],"costUsd":0}""");
        });
        using var home = new CliHome();
        var run = (await home.RunAsync("watch", "main-1", "--url", app.Url)).Ends(0);
        Assert.Contains("trying again", run.Error, StringComparison.Ordinal);
        Assert.Contains("cast.completed", run.Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{}", 500, 7)]
    [InlineData("<html>", 200, 7)]
    [InlineData("""{"status":404,"title":"No function has this route."}""", 404, 5)]
    [InlineData("""{"code":"auth.role","detail":"No."}""", 403, 4)]
    [InlineData("""{"code":"spell.changed","detail":"No."}""", 412, 6)]
    [InlineData("""{"code":"query.invalid","detail":"No."}""", 400, 2)]
    [InlineData("[1,{\"spells\":3}]", 200, 0)]
    public async Task Every_answer_has_its_exit_code(string answer, int status, int exit)
    {
        await using var app = await FakeApp.AnsweringAsync(answer, status);
        using var home = new CliHome();
        (await home.RunAsync("spells", "list", "--url", app.Url)).Ends(exit);
    }

    [Theory]
    [InlineData("ok", 200, 0)]
    [InlineData("degraded", 200, 1)]
    [InlineData("down", 503, 7)]
    public async Task Health_tells_by_its_exit_code(string state, int status, int exit)
    {
        await using var app = await FakeApp.AnsweringAsync($$"""{"status":"{{state}}","dependencies":{"storage":{"status":"{{state}}","ms":1} } }""", status);
        using var home = new CliHome();
        Assert.Contains($"is {state}", (await home.RunAsync("health", "--url", app.Url)).Ends(exit).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_app_that_does_not_know_whoami_is_told_as_that()
    {
        await using var app = await FakeApp.AnsweringAsync("""{"status":404,"title":"No function has this route."}""", 404);
        using var home = new CliHome();
        var run = (await home.RunAsync("whoami", "--url", app.Url, "--key", "grm_0123456789ab_secret")).Ends(5);
        Assert.Contains("key: 0123456789ab (--key)", run.Out, StringComparison.Ordinal);
        Assert.Contains("it is an older one", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", run.Out + run.Error, StringComparison.Ordinal);
    }
}
