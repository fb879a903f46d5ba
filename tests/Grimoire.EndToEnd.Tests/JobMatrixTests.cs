using System.Text.Json;
using Grimoire.EndToEnd.Tests.Support;

namespace Grimoire.EndToEnd.Tests;

/// <summary>Every combination of what the network and a crash can do to the callbacks of a job: the cast ends as it must, once, with its cost counted once.</summary>
public sealed class JobMatrixTests(JobMatrix matrix) : IClassFixture<JobMatrix>
{
    public static TheoryData<bool, bool, bool, bool, bool> Cells
    {
        get
        {
            var cells = new TheoryData<bool, bool, bool, bool, bool>();
            foreach (JobCell cell in JobCell.All)
            {
                cells.Add(cell.Early, cell.Duplicate, cell.Restart, cell.Late, cell.Lost);
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    [Trait("Row", "SP04")]
    [Trait("Row", "SP11")]
    [Trait("Row", "SP20")]
    [Trait("Row", "SP21")]
    [Trait("Row", "SP26")]
    [Trait("Row", "SP28")]
    [Trait("Row", "KZ03")]
    [Trait("Row", "DW03")]
    [Trait("Row", "UX07")]
    [Trait("Row", "UX09")]
    public async Task A_job_ends_its_step_once_and_costs_once(bool early, bool duplicate, bool restart, bool late, bool lost)
    {
        var cell = new JobCell(early, duplicate, restart, late, lost);

        JobCellEnd end = await matrix.EndOf(cell);

        // Where nobody can tell of a job any more its step fails, or is tried again.
        bool isRepeated = cell is { IsUnsure: true, Lost: true, Late: false };
        Assert.Equal(late ? "failed" : "completed", Text(end.Cast, "status"));
        if (late)
        {
            // On a slow machine the step's time may be over before the app dies.
            Assert.Contains(Text(end.Cast.GetProperty("failure"), "code"), cell.IsUnsure ? new[] { "attempt.lost", "step.timeout" } : ["step.timeout"]);
        }

        Assert.Single(end.Events, type => type is "step.completed" or "step.failed" or "step.cancelled");
        Assert.Equal(isRepeated ? 1 : 0, end.Events.Count(type => type == "attempt.retrying"));

        Assert.Equal(late && lost ? 0 : 0.02m, end.Cast.GetProperty("costUsd").GetDecimal());
        Assert.Equal(end.Cast.GetProperty("costUsd").GetDecimal(), end.Attempts.Sum(attempt => attempt.GetProperty("costUsd").GetDecimal()));
        Assert.Equal(late && !lost ? 1 : 0, end.Events.Count(type => type == "attempt.late"));

        Assert.Equal((end.Attempts.Count, isRepeated ? 2 : 1), (end.Jobs.Count, end.Attempts.Count));
        Assert.All(end.Jobs.Jobs, job => Assert.Equal(1, job.Starts));
        Assert.DoesNotContain(end.Attempts, attempt => Text(attempt, "status") == "running");
        Assert.Equal(!lost, end.Events.Contains("job.callback"));
    }

    static string? Text(JsonElement element, string member) => element.GetProperty(member).GetString();
}
