using DurableTask.Core.Exceptions;
using Embedded.DurableTask.Engine.History;
using Embedded.DurableTask.Engine.Orchestrations;
using Microsoft.DurableTask;
using static Embedded.DurableTask.Tests.Core.Replayed;

namespace Embedded.DurableTask.Tests.Core;

/// <summary>An orchestrator must repeat its history; one that does not is told where, what was recorded and what it asked for.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string, string, int, string, string> Changes => new()
    {
        { "activity A", "activity B", 0, "activity 'A' (#0)", "activity 'B' (#0)" },
        { "activity A", "timer", 0, "activity 'A' (#0)", "timer (#0)" },
        { "timer", "activity A", 0, "timer (#0)", "activity 'A' (#0)" },
        { "sub S one", "sub S two", 0, "sub-orchestration 'S' with instance ID 'one' (#0)", "sub-orchestration 'S' with instance ID 'two' (#0)" },
        { "sub S one", "activity S", 0, "sub-orchestration 'S' with instance ID 'one' (#0)", "activity 'S' (#0)" },
        { "event E x", "event F x", 0, "event 'E' to instance 'x' (#0)", "event 'F' to instance 'x' (#0)" },
        { "event E x", "event E y", 0, "event 'E' to instance 'x' (#0)", "event 'E' to instance 'y' (#0)" },
        { "activity A; activity B", "activity B; activity A", 0, "activity 'A' (#0)", "activity 'B' (#0)" },
        { "activity A; activity B", "activity A; activity C", 1, "activity 'B' (#1)", "activity 'C' (#1)" },
        { "activity A; activity B", "activity A", 1, "activity 'B' (#1)", "nothing more" },
        { "activity A", "activity A; activity B", 1, "nothing more", "activity 'B' (#1)" },
        { "activity A", "wait", 0, "activity 'A' (#0)", "nothing more" },
        { "wait", "activity A", 0, "nothing more", "activity 'A' (#0)" },
        { "activity A", "return", 0, "activity 'A' (#0)", "completion of the orchestration" },
        { "return", "activity A", 0, "completion of the orchestration", "activity 'A' (#0)" },
        { "return", "throw", 0, "completion of the orchestration", "failure of the orchestration" },
        { "continue", "return", 0, "continue-as-new", "completion of the orchestration" },
    };

    [Theory]
    [MemberData(nameof(Changes))]
    public void Code_that_asks_for_something_else_is_told_position_history_and_request(
        string then, string now, int position, string history, string request)
    {
        List<Turn> recorded = Record(Executor(Code(then)), [Started]);

        var mismatch = Assert.Throws<NonDeterministicOrchestrationException>(() => Executor(Code(now)).Replay(recorded));

        Assert.Contains($"In turn 0, action {position}, the history has {history}, but the code asked for {request}.", mismatch.Message);
    }

    [Theory]
    [InlineData("activity A")]
    [InlineData("activity A; timer; sub S one; event E x; wait")]
    [InlineData("return")]
    [InlineData("throw")]
    [InlineData("continue")]
    public void Code_that_repeats_itself_is_at_peace(string code)
    {
        List<Turn> recorded = Record(Executor(Code(code)), [Started]);
        OrchestrationExecutor executor = Executor(Code(code));

        executor.Replay(recorded);

        Assert.Equal(
            recorded[0].Entries.Where(e => e.Kind is EntryKind.TaskScheduled or EntryKind.TimerCreated or EntryKind.SubOrchestrationCreated).Select(e => e.Id),
            executor.OpenTasks.Select(task => task.Action.Id).Order());
    }

    [Fact]
    public void A_mismatch_names_the_turn_in_which_it_is()
    {
        static Func<TaskOrchestrationContext, Task> Calls(string second) => async context =>
        {
            await context.CallActivityAsync("A");
            await context.CallActivityAsync(second);
        };
        List<Turn> recorded = Record(Executor(Calls("B")), [Started], [Completed(0)]);

        var mismatch = Assert.Throws<NonDeterministicOrchestrationException>(() => Executor(Calls("C")).Replay(recorded));

        Assert.Contains("In turn 1, action 0, the history has activity 'B' (#1), but the code asked for activity 'C' (#1).", mismatch.Message);
    }

    [Fact]
    public void Another_input_or_another_case_of_the_name_is_no_mismatch()
    {
        List<Turn> recorded = Record(Executor(context => context.CallActivityAsync("Charge", 1)), [Started]);

        OrchestrationExecutor executor = Executor(context => context.CallActivityAsync("CHARGE", 2));
        executor.Replay(recorded);

        Assert.Single(executor.OpenTasks);
    }

    [Fact]
    [Trait("Row", "KZ09")]
    public void A_replayed_orchestrator_goes_on_where_its_history_ends_with_the_recorded_results()
    {
        static async Task<string> Code(TaskOrchestrationContext context)
        {
            string first = await context.CallActivityAsync<string>("A");
            Guid id = context.NewGuid();
            DateTime time = context.CurrentUtcDateTime;
            string second = await context.CallActivityAsync<string>("B");
            return $"{first} {second} {id} {time:O}";
        }

        OrchestrationExecutor live = Executor(Code);
        List<Turn> recorded = Record(live, [Started], [Completed(0, "\"a\"")]);
        OrchestrationExecutor rebuilt = Executor(Code);
        rebuilt.Replay(recorded);

        TurnOutcome expected = live.Run(Noon.AddDays(1), [Completed(1, "\"b\"")]);
        TurnOutcome actual = rebuilt.Run(Noon.AddDays(1), [Completed(1, "\"b\"")]);

        Assert.Equal(EntryKind.Completed, actual.Ending!.Kind);
        Assert.Contains("a b ", actual.Ending.Payload, StringComparison.Ordinal);
        Assert.Equal(expected.Ending!.Payload, actual.Ending.Payload);
    }

    [Fact]
    public void Whether_it_is_replaying_is_told_per_turn()
    {
        var replaying = new List<bool>();
        async Task Code(TaskOrchestrationContext context)
        {
            replaying.Add(context.IsReplaying);
            await context.CallActivityAsync("A");
            replaying.Add(context.IsReplaying);
        }

        List<Turn> recorded = Record(Executor(Code), [Started]);
        replaying.Clear();
        OrchestrationExecutor executor = Executor(Code);
        executor.Replay(recorded);

        executor.Run(Noon.AddDays(1), [Completed(0)]);

        Assert.Equal([true, false], replaying);
    }

    [Fact]
    public void A_second_answer_to_a_task_changes_nothing()
    {
        OrchestrationExecutor executor = Executor(context => context.CallActivityAsync<int>("A"));
        Record(executor, [Started]);

        TurnOutcome outcome = executor.Run(Noon, [Completed(0, "1"), Completed(0, "2"), Completed(7, "3")]);

        Assert.Equal(EntryKind.Completed, Assert.Single(outcome.Actions).Kind);
    }

    [Fact]
    public void Code_that_returns_while_a_task_is_under_way_ends_when_that_has_ended()
    {
        OrchestrationExecutor executor = Executor(context =>
        {
            _ = context.CallActivityAsync("Forgotten");
            return Task.FromResult("done");
        });

        TurnOutcome first = executor.Run(Noon, [Started]);
        TurnOutcome second = executor.Run(Noon, [Completed(0)]);

        Assert.Null(first.Ending);
        Assert.True(first.HasOpenActivities);
        Assert.Equal("\"done\"", second.Ending?.Payload);
    }

    /// <summary>An orchestrator that asks for all of it in its first turn.</summary>
    static Func<TaskOrchestrationContext, Task> Code(string steps) => async context =>
    {
        var tasks = new List<Task>();
        foreach (string[] step in steps.Split("; ").Select(s => s.Split(' ')))
        {
            switch (step[0])
            {
                case "activity":
                    tasks.Add(context.CallActivityAsync(step[1]));
                    break;
                case "timer":
                    tasks.Add(context.CreateTimer(TimeSpan.FromHours(1), CancellationToken.None));
                    break;
                case "sub":
                    tasks.Add(context.CallSubOrchestratorAsync(step[1], options: new SubOrchestrationOptions { InstanceId = step[2] }));
                    break;
                case "event":
                    context.SendEvent(step[2], step[1], "hello");
                    tasks.Add(context.WaitForExternalEvent<string>("never"));
                    break;
                case "wait":
                    tasks.Add(context.WaitForExternalEvent<string>("go"));
                    break;
                case "throw":
                    throw new InvalidOperationException("as told");
                case "continue":
                    context.ContinueAsNew("more");
                    break;
                default:
                    break;
            }
        }

        await Task.WhenAll(tasks);
    };
}
