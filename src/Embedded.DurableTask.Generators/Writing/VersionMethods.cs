namespace Embedded.DurableTask.Generators.Writing;

/// <summary>Methods by which a call asks for the version of its class, unless its options name another.</summary>
static class VersionMethods
{
    public const string ForStart = "StartIn";
    public const string ForSubOrchestrator = "CallOrchestratorIn";
    public const string ForActivity = "CallActivityIn";

    public const string Text = $$"""
                static global::Microsoft.DurableTask.StartOrchestrationOptions {{ForStart}}(
                    global::Microsoft.DurableTask.StartOrchestrationOptions? options, string version)
                {
                    options ??= new global::Microsoft.DurableTask.StartOrchestrationOptions();
                    return options.Version is null ? options with { Version = new global::Microsoft.DurableTask.TaskVersion(version) } : options;
                }

                static global::Microsoft.DurableTask.TaskOptions {{ForSubOrchestrator}}(
                    global::Microsoft.DurableTask.TaskOptions? options, string version)
                {
                    if (options?.Version is not null)
                    {
                        return options;
                    }

                    global::Microsoft.DurableTask.SubOrchestrationOptions sub = options as global::Microsoft.DurableTask.SubOrchestrationOptions
                        ?? (options is null
                            ? new global::Microsoft.DurableTask.SubOrchestrationOptions()
                            : new global::Microsoft.DurableTask.SubOrchestrationOptions(options));
                    return sub with { Version = new global::Microsoft.DurableTask.TaskVersion(version) };
                }

                static global::Microsoft.DurableTask.TaskOptions {{ForActivity}}(
                    global::Microsoft.DurableTask.TaskOptions? options, string version)
                {
                    if (options?.Version is not null)
                    {
                        return options;
                    }

                    return options is null
                        ? new global::Microsoft.DurableTask.TaskOptions { Version = new global::Microsoft.DurableTask.TaskVersion(version) }
                        : options with { Version = new global::Microsoft.DurableTask.TaskVersion(version) };
                }
        """;
}
