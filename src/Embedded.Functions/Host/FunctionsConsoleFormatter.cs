using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;

namespace Embedded.Functions.Host;

/// <summary>Log lines on the console the way func shows them: the time and the message; from a warning on, also which it is and from whom.</summary>
internal sealed class FunctionsConsoleFormatter(TimeProvider? time = null) : ConsoleFormatter(FormatterName)
{
    public const string FormatterName = "functions";

    readonly TimeProvider _time = time ?? TimeProvider.System;

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        if (logEntry.Exception is HostStartException)
        {
            // The process ends with it, and then says in words what is wrong: once, and without a stack trace.
            return;
        }

        string message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        textWriter.Write(_time.GetUtcNow().UtcDateTime.ToString("'['yyyy-MM-dd'T'HH:mm:ss.fff'Z] '", CultureInfo.InvariantCulture));
        if (logEntry.LogLevel >= LogLevel.Warning)
        {
            textWriter.Write($"{logEntry.LogLevel}: {logEntry.Category}: ");
        }

        textWriter.WriteLine(message);
        if (logEntry.Exception is not null)
        {
            textWriter.WriteLine(logEntry.Exception);
        }
    }
}
