using System.Text;
using Microsoft.DurableTask;

namespace Grimoire.Bench.Engine;

/// <summary>How long it takes, after the process was killed with much under way, until all of that is done.</summary>
internal static class Recovery
{
    const string Orchestrator = "SlowSteps";
    const string Activity = "SlowStep";
    const string Prefix = "slow-";
    const int Steps = 5;
    const int Callers = 64;
    const int MaxActivities = 1_000;

    public static async Task MeasureAsync(Run run)
    {
        Settings settings = run.Settings;
        var seconds = new List<double>();
        var twice = new List<double>();
        for (int i = 0; i < settings.Reps; i++)
        {
            string file = run.NewFile();
            using (var killed = Child.Start("recovery", file, "start"))
            {
                await killed.ReadAsync("started");
                await Task.Delay(TimeSpan.FromMilliseconds(settings.KillAfterMilliseconds), TimeProvider.System);
                await killed.KillAsync();
            }

            int before = File.ReadAllLines(StepLog(file)).Length;
            Check.That(
                before > settings.InFlight && before < Steps * settings.InFlight,
                $"When it is killed, steps should have been done and others not; done were {before} of {Steps * settings.InFlight}.");

            using (var restarted = Child.Start("recovery", file, "finish"))
            {
                await restarted.ReadAsync("done");
                seconds.Add(restarted.Age.TotalSeconds);
                await restarted.ReadAsync("checked");
                await restarted.EndAsync();
            }

            twice.Add(RunTwice(file, settings.InFlight));
        }

        bool asAsked = settings is { InFlight: 500, StepMilliseconds: 300, KillAfterMilliseconds: 700 };
        run.Report.Add(new Figure(
            "recovery",
            $"{settings.InFlight:N0} in flight killed: restart to all done",
            "s",
            seconds,
            asAsked ? Target.AtMost(1.6) : null));
        run.Report.Add(new Figure("recovery", $"steps that ran twice, of {Steps * settings.InFlight:N0}", "steps", twice));
    }

    public static async Task RunChildAsync(string[] arguments)
    {
        var settings = new Settings();
        using FileStream log = new(StepLog(arguments[0]), FileMode.Append, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
        await using BenchHub hub = await BenchHub.OpenAsync(
            arguments[0],
            tasks => Register(tasks, log, settings.StepMilliseconds),
            options => options.Concurrency.MaximumConcurrentActivityWorkItems = MaxActivities);
        if (arguments[1] == "start")
        {
            await ClosedLoop.ForEachAsync(Callers, settings.InFlight, number => hub.Client.ScheduleNewOrchestrationInstanceAsync(
                Orchestrator, number, new StartOrchestrationOptions($"{Prefix}{number}")));
            Console.WriteLine("started all");

            // Until it is killed, or nobody is left to do that.
            await Console.In.ReadToEndAsync();
            return;
        }

        await hub.WaitForAllAsync();
        Console.WriteLine("done all");
        await hub.CheckAllAsync(Prefix, settings.InFlight, _ => Steps);
        Console.WriteLine("checked all");
    }

    static void Register(DurableTaskRegistry tasks, FileStream log, int milliseconds)
    {
        tasks.AddOrchestratorFunc<int, int>(Orchestrator, async (context, number) =>
        {
            int sum = 0;
            for (int step = 0; step < Steps; step++)
            {
                sum += await context.CallActivityAsync<int>(Activity, $"{number}/{step}");
            }

            return sum;
        });
        tasks.AddActivityFunc<string, int>(Activity, async (_, step) =>
        {
            await Task.Delay(TimeSpan.FromMilliseconds(milliseconds), TimeProvider.System);
            byte[] line = Encoding.ASCII.GetBytes(step + "\n");
            lock (log)
            {
                log.Write(line);
            }

            return 1;
        });
    }

    /// <summary>Every step must have run; one that ran but was not stored when the process died runs twice, and no other does.</summary>
    static int RunTwice(string file, int inFlight)
    {
        string[] log = File.ReadAllLines(StepLog(file));
        int different = log.Distinct().Count();
        int twice = log.Length - different;
        Check.That(different == Steps * inFlight, $"{Steps * inFlight} steps should have run, and {different} have.");
        Check.That(twice <= inFlight, $"{twice} steps ran twice although only {inFlight} can have been under way.");
        return twice;
    }

    /// <summary>Lines survive the kill: they are with the operating system.</summary>
    static string StepLog(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return Path.Combine(Path.GetDirectoryName(file)!, "steps.log");
    }
}
