{{- define "dc.name" -}}
{{- if .Values.fullname }}{{ .Values.fullname | trunc 50 | trimSuffix "-" }}
{{- else if contains .Chart.Name .Release.Name }}{{ .Release.Name | trunc 50 | trimSuffix "-" }}
{{- else }}{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 50 | trimSuffix "-" }}{{ end }}
{{- end }}

{{- define "dc.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "dc.labels" -}}
{{ include "dc.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ .Chart.Name }}-{{ .Chart.Version }}
{{- end }}

{{- define "dc.account" -}}
{{ .Values.serviceAccount.name | default (include "dc.name" .) }}
{{- end }}

{{- /* Namespaces that a namespaced install watches, separated by commas. */ -}}
{{- define "dc.namespaces" -}}
{{ join "," (.Values.watchNamespaces | default (list .Release.Namespace)) }}
{{- end }}

{{- define "dc.operatorImage" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- define "dc.runnerImage" -}}
{{ .Values.runner.image.repository }}:{{ .Values.runner.image.tag | default .Chart.AppVersion }}
{{- end }}

{{- /* Security context of a container under the `restricted` Pod Security level. */ -}}
{{- define "dc.restricted" -}}
allowPrivilegeEscalation: false
readOnlyRootFilesystem: true
capabilities: {drop: [ALL]}
{{- end }}

{{- /* The least that the operator works with: tests/cluster/test_security.py lists every verb. */ -}}
{{- define "dc.rules" -}}
- apiGroups: [datacontract.dev]
  resources: [datacontracts]
  verbs: [list, watch, patch]        # patch: the finalizer of contracts with deletionPolicy Delete
- apiGroups: [datacontract.dev]
  resources: [warehouses]
  verbs: [list, watch]
- apiGroups: [datacontract.dev]
  resources: [datacontracts/status, warehouses/status]
  verbs: [patch]
- apiGroups: [batch]
  resources: [jobs]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [batch]
  resources: [cronjobs]
  verbs: [list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
- apiGroups: [""]
  resources: [configmaps]
  verbs: [create, delete]            # snapshots of contracts; never read back
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]                       # the account of a Warehouse, to ask whether it answers
- apiGroups: [""]
  resources: [events]
  verbs: [create]
{{- end }}
