using FsCheck;
using FsCheck.Fluent;

namespace Embedded.DurableTask.Tests.Programs;

/// <summary>A step of a random orchestration. Where it stands in its program is its name: see <see cref="At"/>.</summary>
internal abstract record Step
{
    /// <summary>An activity that gives its name back.</summary>
    public sealed record Work : Step;

    /// <summary>An activity that always throws; the orchestrator catches it.</summary>
    public sealed record Fail : Step;

    /// <summary>An activity that throws twice before it gives its name back, with retries enough for that.</summary>
    public sealed record Flaky : Step;

    /// <summary>An activity that always throws, with retries that come to their end.</summary>
    public sealed record Hopeless : Step;

    public sealed record Sleep(int Milliseconds) : Step;

    /// <summary>Waits for an event that comes, and gives its payload back.</summary>
    public sealed record Event : Step;

    /// <summary>Waits a moment for an event that never comes.</summary>
    public sealed record Timeout : Step;

    public sealed record Sub(IReadOnlyList<Step> Body, bool Throws) : Step
    {
        public override string ToString() => $"Sub{(Throws ? "!" : string.Empty)}{Show(Body)}";
    }

    /// <summary>Branches at the same time, all awaited.</summary>
    public sealed record All(IReadOnlyList<IReadOnlyList<Step>> Branches) : Step
    {
        public override string ToString() => $"All({string.Join(" | ", Branches.Select(Show))})";
    }

    /// <summary>Branches at the same time: goes on after the first, and takes the others in later.</summary>
    public sealed record Race(IReadOnlyList<IReadOnlyList<Step>> Branches) : Step
    {
        public override string ToString() => $"Race({string.Join(" | ", Branches.Select(Show))})";
    }

    public static string At(string path, int index) => $"{path}.{index}";

    public static string Show(IReadOnlyList<Step> steps) =>
        $"[{string.Join(", ", steps.Select(step => step is Sub or All or Race or Sleep ? step.ToString() : step.GetType().Name))}]";

    /// <summary>The names of the events that the steps wait for.</summary>
    public static IEnumerable<string> Events(IReadOnlyList<Step> steps, string path) => steps.SelectMany((step, i) => step switch
    {
        Event => [At(path, i)],
        All all => all.Branches.SelectMany((branch, b) => Events(branch, At(At(path, i), b))),
        Race race => race.Branches.SelectMany((branch, b) => Events(branch, At(At(path, i), b))),
        _ => Enumerable.Empty<string>(),
    });

    /// <summary>Programs as the generations of an instance that continues as new after each but the last.</summary>
    public static Gen<IReadOnlyList<IReadOnlyList<Step>>> Programs =>
        from generations in Gen.Choose(1, 3)
        from steps in Steps(depth: 2, withEvents: true).ListOf(generations)
        select (IReadOnlyList<IReadOnlyList<Step>>)[.. steps];

    static Gen<IReadOnlyList<Step>> Steps(int depth, bool withEvents) =>
        from count in Gen.Choose(1, 4)
        from steps in One(depth, withEvents).ListOf(count)
        select (IReadOnlyList<Step>)[.. steps];

    static Gen<Step> One(int depth, bool withEvents)
    {
        var choices = new List<(int, Gen<Step>)>
        {
            (4, Gen.Constant<Step>(new Work())),
            (1, Gen.Constant<Step>(new Fail())),
            (1, Gen.Constant<Step>(new Flaky())),
            (1, Gen.Constant<Step>(new Hopeless())),
            (2, Gen.Choose(0, 20).Select(ms => (Step)new Sleep(ms))),
            (1, Gen.Constant<Step>(new Timeout())),
        };
        if (withEvents)
        {
            choices.Add((2, Gen.Constant<Step>(new Event())));
        }

        if (depth > 0)
        {
            Gen<IReadOnlyList<IReadOnlyList<Step>>> branches =
                from count in Gen.Choose(1, 4)
                from branch in Steps(depth - 1, withEvents).ListOf(count)
                select (IReadOnlyList<IReadOnlyList<Step>>)[.. branch];
            choices.Add((2, from body in Steps(depth - 1, withEvents: false)
                            from throws in Gen.Elements(true, false, false)
                            select (Step)new Sub(body, throws)));
            choices.Add((2, branches.Select(b => (Step)new All(b))));
            choices.Add((1, branches.Select(b => (Step)new Race(b))));
        }

        return Gen.Frequency(choices);
    }
}
