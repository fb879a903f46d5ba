using System.Text.Json.Nodes;
using Grimoire.Casts;
using Grimoire.Functions.Tests.Tools.Support;
using Grimoire.Functions.Tools.Http;
using Grimoire.Tools;
using Grimoire.Webhooks;

namespace Grimoire.Functions.Tests.Tools;

/// <summary>What messages about jobs say, before anybody acts on it.</summary>
public sealed class JobReaderTests : IDisposable
{
    static readonly ToolDefinition Tool = new()
    {
        Id = "t",
        WrittenBy = "main",
        Kind = "http",
        Delivery = Delivery.Webhook,
        Response = new ResponseMapping { CostUsd = "${response.body.cost}" },
        Cost = new ToolCost(Usd: 0.5m),
        Job = new JobSettings
        {
            State = "${response.body.state}",
            Callback = new CallbackSettings { Signature = new CallbackSignature { Kind = SignatureKind.Standard, Secrets = ["${secret:KEY}"] } },
        },
    };

    static readonly AttemptRecord Record = new()
    {
        CastId = "acme-1",
        Step = "step",
        Attempt = 1,
        Tool = "t",
        Status = AttemptStatus.Running,
        IdempotencyKey = "acme-1.step.1",
        StartedAt = JobBench.Started.StartedAt,
        Job = JobBench.Started,
    };

    readonly Bench _bench = new(new() { ["Tools:Secrets:KEY"] = "s3cret-value" });

    JobReader Reader => new(_bench.Secrets);

    [Theory]
    [InlineData("""{"state":"done"}""", JobState.Succeeded, "done")]
    [InlineData("""{"state":7}""", JobState.Running, "7")]
    [InlineData("""{}""", JobState.Running, "")]
    [InlineData("null", JobState.Running, "")]
    public void A_state_that_is_not_found_or_not_known_means_that_the_job_runs(string body, JobState state, string said)
    {
        var reading = Reader.Read(Tool, Record, "acme", Message(body));

        Assert.Equal((state, said), (reading.State, reading.Said));
    }

    /// <summary>It goes into messages, events and histories.</summary>
    [Fact]
    public void A_state_that_goes_on_and_on_is_told_in_short()
    {
        var reading = Reader.Read(Tool, Record, "acme", Message($$"""{"state":"{{new string('s', 5000)}}"}"""));

        Assert.Equal((JobState.Running, new string('s', 199) + "…"), (reading.State, reading.Said));
        Assert.Equal(new string('s', 200), Reader.Read(Tool, Record, "acme", Message($$"""{"state":"{{new string('s', 200)}}"}""")).Said);
    }

    [Fact]
    public void No_character_of_it_is_cut_in_two()
    {
        var reading = Reader.Read(Tool, Record, "acme", Message($$"""{"state":"{{new string('s', 198)}}🙂{{new string('s', 9)}}"}"""));

        Assert.Equal(new string('s', 198) + "…", reading.Said);
    }

    /// <summary>What it means is decided by all of it.</summary>
    [Fact]
    public void A_long_state_that_the_definition_names_means_what_that_says()
    {
        var name = new string('s', 300);
        var tool = Tool with { Job = Tool.Job! with { States = JobStates.Usual with { Succeeded = [name] } } };

        Assert.Equal(JobState.Succeeded, Reader.Read(tool, Record, "acme", Message($$"""{"state":"{{name}}"}""")).State);
    }

    [Fact]
    public void A_callback_may_come_before_the_job_is_known() =>
        Assert.True(Reader.Read(Tool, Record with { Job = null }, "acme", Message("""{"state":"failed"}""")).HasEnded);

    [Theory]
    [InlineData("""{"cost":0.07}""", JobState.Succeeded, 0.07)]
    [InlineData("""{"cost":0.07}""", JobState.Failed, 0.07)]
    [InlineData("""{}""", JobState.Succeeded, 0.5)]
    [InlineData("""{}""", JobState.Failed, 0)]
    [InlineData("""{"cost":-1}""", JobState.Cancelled, 0)]
    public void What_a_job_has_cost_is_what_its_message_says_or_what_the_tool_says_of_success(string body, JobState state, double cost) =>
        Assert.Equal((decimal)cost, Reader.CostOf(Tool, Record, "acme", Message(body), state));

    [Fact]
    public void What_identifies_a_message_is_found_in_it()
    {
        Assert.Equal("m-1", Reader.TextIn(Tool, "acme", Message("{}"), "${response.headers['x-id']}"));
        Assert.Null(Reader.TextIn(Tool, "acme", Message("{}"), "${response.body.id}"));
        Assert.Null(Reader.TextIn(Tool, "acme", Message("{}"), null));
    }

    [Fact]
    public void Secrets_of_signatures_come_from_the_configuration() => Assert.Equal(["s3cret-value"], Reader.SecretsOf(Tool, "acme"));

    public void Dispose() => _bench.Dispose();

    static JsonObject Message(string body) => new() { ["headers"] = new JsonObject { ["x-id"] = "m-1" }, ["body"] = JsonNode.Parse(body) };
}
