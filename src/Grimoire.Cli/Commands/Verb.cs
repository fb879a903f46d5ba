using System.CommandLine;
using Grimoire.Cli.Api;
using Grimoire.Cli.Output;

namespace Grimoire.Cli.Commands;

/// <summary>A command with an example, which its help shows.</summary>
sealed class Verb(string name, string description, string example = "") : Command(name, description)
{
    /// <summary>A command line that works, or several.</summary>
    public string Example => example;

    public Verb With(params Symbol[] symbols)
    {
        foreach (var symbol in symbols)
        {
            switch (symbol)
            {
                case Argument argument:
                    Add(argument);
                    break;
                case Option option:
                    Add(option);
                    break;
                case Command command:
                    Add(command);
                    break;
            }
        }

        return this;
    }

    /// <summary>What it does; what goes wrong becomes a sentence and an exit code.</summary>
    public Verb Does(Func<Session, CancellationToken, Task<ExitCode>> action)
    {
        SetAction(async (parsed, cancellation) =>
        {
            using var session = new Session(parsed, TimeProvider.System);
            return (int)await RunAsync(() => action(session, cancellation), cancellation).ConfigureAwait(false);
        });
        return this;
    }

    static async Task<ExitCode> RunAsync(Func<Task<ExitCode>> action, CancellationToken cancellation)
    {
        try
        {
            return await action().ConfigureAwait(false);
        }
        catch (ProblemException problem)
        {
            ProblemReport.Write(problem);
            return problem.Code;
        }
        catch (CliException refused)
        {
            Terminal.Error(refused.Message);
            return refused.Code;
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            return ExitCode.Interrupted;
        }
        // One of the two is thrown where it is read: in the middle of a body, HttpIOException, which is no trouble with a file.
        catch (Exception lost) when (lost is HttpRequestException or HttpIOException)
        {
            Terminal.Error($"The answer broke off: {lost.Message}");
            return ExitCode.Unavailable;
        }
        catch (Exception local) when (local is IOException or UnauthorizedAccessException)
        {
            Terminal.Error(local.Message);
            return ExitCode.LocalFile;
        }
#pragma warning disable CA1031 // The last resort: a defect is told as one, with its place, and with a code of its own.
        catch (Exception defect)
#pragma warning restore CA1031
        {
            Terminal.Error("This is a defect of grimoire itself; please report it with what follows.");
            foreach (var line in defect.ToString().Split('\n'))
            {
                Terminal.Note("  " + line.TrimEnd());
            }

            return ExitCode.Defect;
        }
    }
}
