namespace Embedded.DurableTask.Engine.Orchestrations;

/// <summary>An orchestrator that holds something for as long as it is in memory, which ends without its code running to an end.</summary>
internal interface IUnloadable
{
    /// <summary>Called once: the orchestration has ended, or leaves memory and is rebuilt when something reaches it.</summary>
    void Unload();
}
